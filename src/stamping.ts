/** The stamps of one entry: which may make it invalid, and which may expire it. */
export interface StampKeys {
  readonly invalidating: readonly string[];
  readonly expiring: readonly string[];
}

/** The stamps that every entry under one name has. */
export interface Stamping {
  /** Whether entries have stamps at all. */
  readonly isStamped: boolean;
  /** Those that are known before the entry is read; `undefined` for none. */
  keys(): Promise<StampKeys | undefined>;
  /** What a value and what it was made of can be invalidated by, as the option says; `undefined` for none. */
  tagsOf(...of: readonly unknown[]): readonly string[] | undefined;
  /**
   * Makes every entry under the name invalid, by one write.
   *
   * @throws {AutocacheError} `unsupported` where the entries have no stamps
   */
  purge(): Promise<void>;
}
