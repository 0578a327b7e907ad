/**
 * What autocache needs of a Standard Schema, version 1 (https://standardschema.dev): Zod, Valibot, ArkType and others
 * make such schemas.
 */
export interface Schema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    validate(value: unknown): SchemaResult<Output> | Promise<SchemaResult<Output>>;
  };
}

/** What a schema says of a value: the value it makes of it, or what is wrong with it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly unknown[] };

/**
 * Requires an option to be a Standard Schema.
 *
 * @throws {TypeError}
 */
export function requireSchema(schema: unknown, action: string): void {
  const standard = (schema as Partial<Schema> | null)?.["~standard"];
  if (typeof standard?.validate === "function") return;
  throw new TypeError(
    `Cannot ${action}: validate is a Standard Schema (https://standardschema.dev): received something without "~standard"`,
  );
}
