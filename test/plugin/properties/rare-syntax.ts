import type { SourceFile } from "./corpus.ts";

/** Syntax that published packages have compiled away or seldom use. */
export const rareSyntax: readonly SourceFile[] = [
  {
    path: "rare/classes.ts",
    code: `
import { log, bound, Base, type Options } from "./other.ts";

declare const BUILD: string;
export enum Level { Low, Middle = 5, High, Text = "text", Shifted = 1 << 3, Sum = Low | Middle }
const enum Hidden { A = "a", B = "b" }
export namespace Shapes {
  export const sides = 4;
  const secret = 3;
  export function area(a: number, b: number): number { return a * b * secret; }
  export namespace Inner { export let count = sides + 1; }
  export interface Nothing { readonly a: string }
}
namespace Types { export type Only = string }

@log("class")
export abstract class Store<Key extends string> extends Base implements Iterable<number> {
  static #instances = 0;
  static readonly limit: number = 10;
  declare readonly phantom: string;
  #items = new Map<string, number>();
  #misses = 0n;
  accessor level = Level.Low;
  [computedKey()] = "computed";
  "quoted name" = 1;
  2 = "two";
  constructor(private readonly size: number, public options?: Options, protected other = size * 2) {
    super(size);
    Store.#instances++;
  }
  static { Store.#instances = 100; log("static"); }
  static of<T>(this: void, ...values: T[]): T[] { return [...values]; }
  get misses(): bigint { return this.#misses * 2n; }
  set misses(value: bigint) { this.#misses = value; }
  get(key: Key): number | undefined;
  get(key: Key, fallback: number): number;
  get(key: Key, fallback?: number): number | undefined {
    if (!(#items in this)) throw new TypeError(\`no \${key}\`);
    return this.#items.get(key) ?? fallback;
  }
  @bound @log("method") async load(key: Key, { retries = 3, ...rest }: { retries?: number } = {}): Promise<number> {
    for await (const part of this.parts(key)) { if (part > retries) break; await log(part, rest); }
    return this.#items.size;
  }
  abstract parts(key: Key): AsyncIterable<number>;
  *[Symbol.iterator](): Iterator<number> { yield this.size; yield* this.#items.values(); }
  async *pages(from: number, to = from + 10) { let page = from; do { yield [page, await this.load(String(page) as Key)]; } while (++page < to); }
  #private(a: number, b: number): number { return a - b; }
  public usePrivate() { return this.#private(1, 2) + this.other + Shapes.area(1, 2) + Level.High + Hidden.A.length; }
}
function computedKey(): string { return BUILD + "key"; }
export default class extends Store<"a"> { parts = async function* () { yield 1; }; static name2 = super.limit; }
`,
  },
  {
    path: "rare/statements.ts",
    code: `
import defaultExport, * as everything from "./other.ts";
import data from "./data.json" with { type: "json" };
export * from "./more.ts";
export { everything as all, defaultExport as "quoted name" };

let counter = 0, total: number;
export const [first, , second = 2, ...others] = everything.list, { a, b: { c = first }, ...remaining } = data;
counter += 1;
if (counter > 3) { counter--; } else total = 5;

export function* walk(tree: any, depth = 0): Generator<number, void, unknown> {
  outer: for (let i = 0, n = tree.length; i < n; i++) {
    inner: for (const key in tree[i]) {
      if (key === "skip") continue outer;
      if (key === "stop") break inner;
      switch (typeof tree[i][key]) {
        case "number": yield tree[i][key];
        case "string": { const text = tree[i][key]; yield text.length; break; }
        default: { yield* walk(tree[i][key], depth + 1); }
      }
    }
  }
  switch (depth) { case 1: counter = 2; break; case 2: counter = true ? 3 : 4; }
  while (depth-- > 0) { debugger; continue; }
  try { yield JSON.parse("1"); } catch { yield -1; } finally { counter++; }
  try { yield everything.more(depth); } catch (error) { if (error instanceof TypeError) throw error; } finally { total = 1; }
}

export const tagged = (x: number) => String.raw\`a\${x}b\\u{41}\` + \`c\${x satisfies number}d\` + /a(?<name>b)+/giu.source;
export const chain = (x: any) => x?.a?.[counter]?.(1, ...x.list)!.b?.c.d;
export const assign = (x: any) => { x.a ??= 1; x.b ||= 2; x.c &&= 3; [x.d, x.e = 4] = [x.e, x.d]; ({ f: x.f, ...x.g } = x); x.h **= 2; return (x.i, x.j); };
export const objects = { get size() { return counter; }, set size(value) { counter = value; }, async load() { return await import("./lazy.ts"); }, *each() { yield 1; },
  ["computed" + counter]: 1, __proto__: null, "a-b": 2, 1e3: 3, counter, nested: { ...everything, deep: [1, , 3] }, method(n: number) { return new.target ?? n; } };
export const meta = [import.meta.url, import.meta, 0x10, 1_000, .5e-7, 10n, -0, void 0, undefined, NaN, typeof counter, delete objects.nested, !0, ~1, +"2"];
export function legacy() { var hoisted = later(); { function later() { return arguments.length; } } var hoisted = 2; return hoisted; }
export async function resources(open: any) { using file = open("a"); await using handle = open("b"); return [file, handle]; }
export const currying = (a: number) => async (b: number) => function named(c: number): number { return c ? named(c - 1) + a : b; };
export const generic = <T,>(value: T): T => value as unknown as T;
export default async (x: number) => { await null; return x; };
`,
  },
  {
    path: "rare/page.tsx",
    code: `
import { Layout, helpers } from "./layout.tsx";
const style = { color: "red" };
export function Page({ title, rows, ...props }: { title: string; rows: string[] }) {
  const Local = helpers.Row;
  return (
    <Layout title={title} {...props} data-x="1" hidden>
      Some text &amp; more
      <>{rows.map((row, index) => <Local key={index} style={style}>{row} of {rows.length}</Local>)}</>
      <helpers.Footer note={<b>bold</b>} />
      <svg:path d="M0" /> {/* nothing */}
      {title ? <h1>{title}</h1> : null}
    </Layout>
  );
}
`,
  },
  {
    path: "rare/scopes.ts",
    code: `
import { log } from "./other.ts";
export const outer = 1;
for (var counted = 0; counted < 3; counted++) log(counted);
if (outer > 0) { var conditional = outer; }
export function hoisted(list: any, n = outer) {
  log(a, b, c, d, e, f, g, h, i, j, k, l, m);
  if (list) { var a = 1; } else { var b = 2; }
  for (var c = 0; c < n; c++) var d = c;
  for (var e in list) { var f = e; }
  for (var g of list) log(g);
  while (n > 1) { var h = n; break; }
  do { var i = n; } while (false);
  label: { var j = 1; break label; }
  switch (n) { case 1: var k = 1; }
  try { var l = 1; } catch { var m = 2; } finally { var [o, { p = o }] = list; }
  try { log(); } catch ({ message, ...more }) { var message2 = message; { let message = more; log(message); } }
  return [a, b, c, d, e, f, g, h, i, j, k, l, m, o, p, message2];
}
export function parameters(outer: number, second = outer, third = () => outer + second) {
  var outer = 2;
  { let second = outer; log(second); }
  return [outer, second, third];
}
export const ownName = function recurse(n: number): number { return n > 0 ? recurse(n - 1) : shadow(n); function shadow(recurse: number) { return recurse; } };
export const Named = class Inner { static self = Inner; field = () => Inner; [outer]() { return Inner.self; } };
export class Declared { static again = Declared; static #count = 0; static { const Declared = 5; log(Declared); } count() { return Declared.#count; } }
export const block = (outer: any) => { { const outer = 1; class Local { value = outer; } function inner() { return new Local(); } log(inner); } return outer; };
export const loops = (list: any[]) => { for (const item of list) { const item2 = item; for (const item of item2) log(item); } for (let i = 0, n = list.length; i < n; i++) { let i2 = i; log(() => i2); } };
switch (outer) { case 1: { let outer = 3; log(outer); } }
export const assigned = (object: any) => { let x, y; ({ x, y = x, z: object.z, ...object.rest } = object); [x, ...y] = [y, x]; for (object.each of y) log(object); for ([x] of y) log(x); return x; };
`,
  },
];
