/** One function of a manifest. */
export interface ManifestEntry {
  /** The fingerprint. */
  readonly fp: string;
  /** The fingerprint of the generation before. */
  readonly previous?: string;
}

/** What `autocache fingerprint` writes for tools that take no plugin. */
export interface Manifest {
  readonly format: 1;
  /** By the names of the functions, as they are at run time. */
  readonly functions: Readonly<Record<string, ManifestEntry>>;
}

/**
 * The fingerprints of functions by name: none, until a build puts a manifest in this module's place. It is imported by
 * the package's own name, because that is what a bundler's `alias` can replace.
 */
export const functions: Manifest["functions"] = {};
