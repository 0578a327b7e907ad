import { afterAll, describe, expect, it } from "vitest";
import { cacheApi } from "../adapters/cache-api.ts";
import { routeCache } from "../adapters/hono.ts";
import { upstash } from "../adapters/upstash.ts";
import { workersKV } from "../adapters/workers-kv.ts";
import { cachedHandler } from "../src/http/index.ts";
import { type Backend, cached, createCache, memory } from "../src/index.ts";
import { BlockProject } from "./support/block-project.ts";
import { blocksOf, defaultsOf, read, tableUnder } from "./support/documents.ts";

const OPTIONS = "docs/options.md";
const EVENTS = "docs/events.md";
const RESILIENCE = "docs/resilience.md";
/** The tables that one more of options for all of them goes with. */
const FRESHNESS: ReadonlySet<string> = new Set(["createCache(options)", "cached(fn, options)"]);
/** The events that are of no one function or value. */
const NAMELESS: ReadonlySet<string> = new Set(["breaker", "tags-invalidated", "tags-expired", "purged"]);
const bogus = { bogus: 1 } as never;
const kv = { get() {}, getWithMetadata() {}, put() {}, delete() {}, list() {} } as never;

const project = new BlockProject();
afterAll(() => project.remove());

function column(heading: string, file: string = OPTIONS, index = 0): string[] {
  return tableUnder(file, heading).map((cells) => cells[index] ?? "");
}

/** The options that a refusal of another one lists. */
function optionsNamed(refused: () => unknown): string[] {
  let message = "nothing was refused";
  try {
    refused();
  } catch (error) {
    message = String(error);
  }
  const [, list = message] = /options? (?:are|is) (.+): received "bogus"/.exec(message) ?? [];
  return list.split(/, | and /);
}

/** Type-checks that two types are the same; `prelude` is what they need. */
function sameTypes(name: string, prelude: string, pairs: readonly (readonly [left: string, right: string])[]): string {
  const checks = pairs.map(([left, right], i) => `export const same${i}: Same<${left}, ${right}> = true;`);
  const same = "type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;";
  const code = [prelude, same, ...checks].join("\n");
  project.add({ file: name, line: 0, heading: "", language: "ts", marks: {}, code });
  return project.check("node");
}

/** What stands in backticks where the page says when an event is told: its reasons are among it. */
function wordsOfEvent(type: string): string[] {
  const section = read(EVENTS).split("\n## Events\n")[1] ?? "";
  const row = section.match(new RegExp(`^\\| \`${type}\` \\|.*`, "m"))?.[0] ?? "";
  return Array.from(row.matchAll(/`([^`]+)`/g), ([, word = ""]) => word).slice(1);
}

const union = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(" | ");

describe("the tables of options", () => {
  const made = createCache();
  const fn = async (): Promise<number> => 1;

  it.each([
    ["createCache(options)", () => createCache(bogus)],
    ["cached(fn, options)", () => made.cached(fn, bogus)],
    ["memory(options)", () => memory(bogus)],
    ["workersKV(namespace, options)", () => workersKV(kv, bogus)],
    ["cacheApi(cache, options)", () => cacheApi(undefined, bogus)],
    ["upstash(database)", () => upstash(bogus)],
  ])("name exactly the options of %s", (heading, refused) => {
    const shared = FRESHNESS.has(heading) ? column("Freshness") : [];
    expect([...column(heading), ...shared].toSorted()).toEqual(optionsNamed(refused).toSorted());
  });

  it("name together the options of cached() without a cache", () => {
    const both = new Set(
      ["cached(fn, options)", "createCache(options)", "Freshness"].flatMap((heading) => column(heading)),
    );
    for (const ofTags of ["purgeable", "tagTtl"]) both.delete(ofTags);
    expect([...both].toSorted()).toEqual(optionsNamed(() => cached(fn, bogus)).toSorted());
  });

  it.each([
    ["createCache(options)", "src/options.ts", "CacheOptions"],
    ["cached(fn, options)", "src/function-options.ts", "FunctionOptions"],
    ["Freshness", "src/freshness.ts", "FreshnessOptions"],
    ["memory(options)", "src/memory.ts", "MemoryOptions"],
    ["workersKV(namespace, options)", "adapters/workers-kv.ts", "WorkersKVOptions"],
    ["cacheApi(cache, options)", "adapters/cache-api.ts", "CacheApiOptions"],
  ])("give the defaults of %s as the doc comments do", (heading, file, type) => {
    const written = tableUnder(OPTIONS, heading).map(([name, , value]) => [name, value]);
    expect(Object.fromEntries(written)).toEqual(defaultsOf(file, type));
  });
});

describe("the tables of members, events and errors", () => {
  it("name every member of a cached function", () => {
    const members = column("A cached function").map((name) => name.replace(/\(.*/, ""));
    expect(members.toSorted()).toEqual(Object.keys(cached(async function f() {})).toSorted());
  });

  it("name every call by hand", () => {
    const members = column("Values by hand").map((name) => name.replace(/\(.*/, ""));
    expect(members.toSorted()).toEqual(Object.keys(createCache()).toSorted());
  });

  it("name every event with its fields, every field of a trace and every code of an error", () => {
    const fields = tableUnder(EVENTS, "Events").map(([type = "", others = ""]) => {
      const names = [
        "type",
        ...(NAMELESS.has(type) ? [] : ["name"]),
        ...others.split(", ").filter((name) => name !== ""),
      ];
      return [`keyof Of<"${type}">`, union(names)] as const;
    });
    const reasons = ["stale", "miss", "not-stored", "bypass"].map(
      (type) => [`Exclude<Of<"${type}">["reason"], ${union(wordsOfEvent(type))}>`, "never"] as const,
    );
    const problems = sameTypes(
      "tables-of-events",
      `import type { CacheEvent, ErrorCode, Trace } from "@autocache/edge";
type Of<Type, Event = CacheEvent> = Event extends { type: infer T } ? (Type extends T ? Event : never) : never;`,
      [
        ...fields,
        ...reasons,
        ['CacheEvent["type"]', union(column("Events", EVENTS))],
        ["keyof Trace<unknown>", union(column("Traces", EVENTS))],
        ["ErrorCode", union(column("Errors of its own", RESILIENCE))],
      ],
    );
    expect(problems).toBe("");
  });
});

describe("the table of options in docs/http.md", () => {
  const HTTP = "docs/http.md";

  it.each([
    ["cachedHandler()", () => cachedHandler(async () => new Response(), bogus)],
    ["routeCache()", () => routeCache(bogus)],
  ])("names exactly those of %s", (_, refused) => {
    expect(column("Options", HTTP).toSorted()).toEqual(optionsNamed(refused).toSorted());
  });

  it("gives the defaults as the doc comments do", () => {
    const written = tableUnder(HTTP, "Options").map(([name, , value]) => [name, value]);
    const said = {
      ...defaultsOf("src/http/options.ts", "HttpOptions"),
      ...defaultsOf("src/http/header-options.ts", "HeaderOptions"),
    };
    expect(Object.fromEntries(written)).toEqual(said);
  });
});

describe("the tables of docs/", () => {
  const BACKENDS: Readonly<Record<string, Backend>> = {
    "memory()": memory(),
    "workersKV()": workersKV(kv),
    "cacheApi()": cacheApi(),
    "upstash()": upstash({ url: "https://example.com", token: "token" }),
  };
  const OPTIONAL = ["getMany", "setMany", "deleteMany", "list", "compareAndSet"] as const;

  it("say what each backend declares", () => {
    const declared = Object.entries(BACKENDS).map(([name, backend]) => {
      const { minTtlMs, ttlStepMs, maxKeyBytes, maxValueBytes, consistency, binary = false } = backend.capabilities;
      const methods = OPTIONAL.filter((method) => backend[method] !== undefined).join(", ");
      return [name, minTtlMs, ttlStepMs, maxKeyBytes, maxValueBytes, consistency, binary, methods].map(String);
    });
    expect(tableUnder("docs/backends.md", "What each declares")).toEqual(declared);
  });

  it("name every capability and every optional method", () => {
    const methods = column("The contract", "docs/backends.md").map((name) => name.replace(/\(.*/, ""));
    expect(methods).toEqual(OPTIONAL);
    const rows = tableUnder("docs/backends.md", "The contract", 1).map(([name]) => name);
    expect(rows).toEqual(Object.keys(memory().capabilities));
  });

  it("show an envelope as it is written", async () => {
    const backend = memory();
    const cache = createCache({ backend, namespace: "docs" });
    const value = { path: "/", madeAt: new Date("2026-11-22T11:00:00.000Z") };
    await cache.set("key", value, { tags: ["page:/"] });
    const written = JSON.parse((await backend.get("docs:=key"))?.text ?? "") as Record<string, unknown>;
    const block = blocksOf("docs/values.md").find(({ marks }) => marks["title"] === "envelope");
    const shown = JSON.parse(block?.code ?? "") as Record<string, unknown>;
    expect(Object.keys(shown)).toEqual(Object.keys(written));
    expect(column("The envelope", "docs/values.md")).toEqual(Object.keys(written));
    expect(shown).toMatchObject({ autocache: written["autocache"], form: written["form"], value: written["value"] });
  });
});
