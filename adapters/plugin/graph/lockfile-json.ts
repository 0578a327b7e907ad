import { asRecord, parseJsonc } from "./jsonc.ts";

/** What a lock file says of the content of one package. */
export interface LockEntry {
  readonly name: string;
  /** Absent where the lock file has a commit or an address in its place. */
  readonly version?: string;
  /** The integrity, or the commit or address the package was taken from. */
  readonly content: string;
}

/** Reads package-lock.json and npm-shrinkwrap.json, versions 1 to 3. */
export function readNpmLock(text: string): readonly LockEntry[] {
  const lock = asRecord(parseJsonc(text));
  const entries: LockEntry[] = [];
  for (const [path, value] of Object.entries(asRecord(lock["packages"]))) {
    const at = path.lastIndexOf("node_modules/");
    if (at !== -1) addNpm(entries, path.slice(at + "node_modules/".length), asRecord(value));
  }
  if (lock["packages"] === undefined) addNpmTree(entries, asRecord(lock["dependencies"]));
  return entries;
}

function addNpmTree(entries: LockEntry[], dependencies: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(dependencies)) {
    const record = asRecord(value);
    addNpm(entries, name, record);
    addNpmTree(entries, asRecord(record["dependencies"]));
  }
}

function addNpm(entries: LockEntry[], place: string, record: Readonly<Record<string, unknown>>): void {
  const { name, version, resolved, integrity } = record;
  if (record["link"] === true || typeof version !== "string") return;
  const content = typeof integrity === "string" ? integrity : typeof resolved === "string" ? resolved : version;
  // Version 1 has an alias, or the address of a repository, where the version stands.
  const alias = /^npm:(.+)@([^@]+)$/.exec(version);
  const real = alias?.[1] ?? (typeof name === "string" ? name : place);
  const number = alias?.[2] ?? version;
  entries.push(/^\d/.test(number) ? { name: real, version: number, content } : { name: real, content });
}

/** Reads bun.lock, the text format of Bun 1.2 and later. */
export function readBunLock(text: string): readonly LockEntry[] {
  const entries: LockEntry[] = [];
  for (const value of Object.values(asRecord(asRecord(parseJsonc(text))["packages"]))) {
    if (!Array.isArray(value)) continue;
    const [id, ...rest] = value as readonly unknown[];
    const [name, version] = typeof id === "string" ? splitId(id) : [];
    if (name === undefined || version === undefined || /^(?:workspace|link|root):/.test(version)) continue;
    const integrity = rest.findLast((part) => typeof part === "string" && /^sha\d+-/.test(part)) as string | undefined;
    if (/^\d/.test(version)) entries.push({ name, version, content: integrity ?? "" });
    else entries.push({ name, content: `${version} ${integrity ?? ""}` });
  }
  return entries;
}

/** Splits `@scope/name@1.0.0` into the name and what follows it. */
export function splitId(id: string): readonly [name: string, rest: string | undefined] {
  const at = id.indexOf("@", 1);
  return at === -1 ? [id, undefined] : [id.slice(0, at), id.slice(at + 1)];
}

/** Reads the packages of deno.lock, versions 3 to 5. */
export function readDenoLock(text: string): readonly LockEntry[] {
  const lock = asRecord(parseJsonc(text));
  const packages = asRecord(lock["npm"] ?? asRecord(lock["packages"])["npm"]);
  return Object.entries(packages).flatMap(([id, value]) => {
    const [name, rest] = splitId(id);
    const integrity = asRecord(value)["integrity"];
    if (rest === undefined || typeof integrity !== "string") return [];
    // What follows "_" are the versions of peers.
    return [{ name, version: rest.split("_", 1)[0] ?? rest, content: integrity }];
  });
}
