/** Names by subpath of the package, as a program imports them: `{ ".": "{ cached }" }`. */
export type Imports = Readonly<Record<string, string>>;

export interface SizeEntry {
  /** What the table calls it. */
  readonly name: string;
  readonly imports: Imports;
  /** The entry that a program has beside this one; the size is then what comes on top of it. */
  readonly besides?: string;
  /** Lower it when the code gets smaller: it is there to tell of what grows unnoticed. */
  readonly limitBytes: number;
}

const CORE = "`createCache`, `memory`";

/** What a program ships for each entry point that runs in it, in the order of the table in README.md. */
export const ENTRIES: readonly SizeEntry[] = [
  { name: "`cached`", imports: { ".": "{ cached }" }, limitBytes: 20_400 },
  { name: CORE, imports: { ".": "{ createCache, memory }" }, limitBytes: 25_700 },
  { name: "`tiered`", imports: { ".": "{ tiered }" }, besides: CORE, limitBytes: 1350 },
  { name: "`canonical`, `keyFor`", imports: { "./keys": "{ canonical, keyFor }" }, limitBytes: 4500 },
  { name: "`cachedHandler`", imports: { "./http": "{ cachedHandler }" }, besides: CORE, limitBytes: 20_000 },
  { name: "`routeCache`", imports: { "./hono": "{ routeCache }" }, besides: CORE, limitBytes: 22_600 },
  { name: "`workersKV`", imports: { "./workers-kv": "{ workersKV }" }, besides: CORE, limitBytes: 1650 },
  { name: "`cacheApi`", imports: { "./cache-api": "{ cacheApi }" }, besides: CORE, limitBytes: 1300 },
  { name: "`upstash`", imports: { "./upstash": "{ upstash }" }, besides: CORE, limitBytes: 2060 },
];

/** All that a program imports for an entry: its own names, and those of the entry that it comes on top of. */
export function importsOf(entry: SizeEntry): Imports {
  const base = ENTRIES.find(({ name }) => name === entry.besides)?.imports ?? {};
  const all: Record<string, string> = { ...base };
  for (const [subpath, names] of Object.entries(entry.imports)) {
    const already = all[subpath];
    all[subpath] = already === undefined ? names : `{ ${inner(already)}, ${inner(names)} }`;
  }
  return all;
}

function inner(names: string): string {
  return names.replaceAll(/[{}]/g, "").trim();
}
