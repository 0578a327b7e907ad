import type { Edit } from "../edit.ts";
import { add, all, type Change, prepend, rename, replace, textOf } from "../files.ts";
import { LEGACY, LODASHED } from "./additions.ts";
import { commentEverywhere, move, moveToEnd, reformat, reverseBlocks, reverseImports } from "./rewriting.ts";

/** Edits that concern no cached function: each has to keep its version. */
export const UNRELATED: readonly Edit[] = (
  [
    [
      "U01",
      "body of a function elsewhere",
      all(
        replace("src/index.ts", "  switch (path) {", "  const started = Date.now();\n  switch (path) {"),
        replace("src/index.ts", "`Nothing at ${path}`", "`Nothing at ${path} at ${started}`"),
      ),
    ],
    [
      "U02",
      "new function elsewhere",
      all(
        replace(
          "src/index.ts",
          "async function answer",
          "function absent(path: string): string {\n  return `Nothing at ${path}`;\n}\n\nasync function answer",
        ),
        replace("src/index.ts", "bold(`Nothing at ${path}`)", "bold(absent(path))"),
        prepend("src/lib/text.ts", "export const shout = (text: string): string => `${text.toUpperCase()}!`;\n\n"),
      ),
    ],
    [
      "U03",
      "new module whose names are those of existing helpers",
      all(
        add("src/lib/legacy.ts", LEGACY),
        prepend("src/index.ts", 'import { everything } from "./lib/legacy.ts";\n'),
        replace("src/index.ts", "problem: bold(", "legacy: everything(path), problem: bold("),
      ),
    ],
    [
      "U04",
      "new dependency with names of existing helpers",
      all(
        add(
          "node_modules/lodashed/package.json",
          '{ "name": "lodashed", "version": "5.0.0", "type": "module", "exports": "./index.js" }\n',
        ),
        add("node_modules/lodashed/index.js", LODASHED),
        replace("package.json", '"colours": "^3.0.0",', '"colours": "^3.0.0",\n    "lodashed": "^5.0.0",'),
        prepend("src/index.ts", '// @ts-expect-error: it brings no types\nimport { chain } from "lodashed";\n'),
        replace("src/index.ts", "problem: bold(", "chained: chain(path), problem: bold("),
      ),
    ],
    [
      "U05",
      "upgrade of a dependency that no function reaches",
      all(
        replace("node_modules/colours/package.json", '"3.0.1"', '"4.0.0"'),
        replace("node_modules/colours/index.js", "[1m", "[1;4m"),
      ),
    ],
    ["U06", "comments, white space and line ends", commentEverywhere],
    [
      "U07",
      "other names for local variables",
      all(
        rename("src/users.ts", "style", "options"),
        replace("src/users.ts", "const greeting = ", "const hello = "),
        replace("src/users.ts", "ID_WIDTH), greeting,", "ID_WIDTH), greeting: hello,"),
        rename("src/users.ts", "words", "parts"),
        rename("src/users.ts", "word", "part"),
        rename("src/prices.ts", "gross", "total"),
        rename("src/prices.ts", "net", "amount"),
        rename("src/places.ts", "radius", "r"),
        rename("src/places.ts", "haversine", "hav"),
        rename("src/parity.ts", "value", "n"),
        rename("src/articles.ts", "words", "marks"),
        replace("src/articles.ts", "({ marks }) => marks", "({ words: marks }) => marks"),
        rename("src/ranking.ts", "weight", "factor"),
        rename("src/ranking.ts", "damping", "offset"),
        rename("src/ranking.ts", "scale", "stretch"),
        rename("src/report.ts", "Words", "Vocabulary"),
        rename("src/report.ts", "line", "row"),
        rename("src/orders.ts", "net", "sum"),
        rename("src/lib/text.ts", "value", "n"),
        rename("src/lib/tally.ts", "word", "term"),
      ),
    ],
    [
      "U08",
      "types",
      all(
        replace(
          "src/users.ts",
          "  readonly initials: string;\n",
          "  readonly initials: string;\n  readonly note?: string;\n",
        ),
        replace("src/users.ts", 'fr: "Bonjour" };', 'fr: "Bonjour" } satisfies Record<string, string>;'),
        prepend(
          "src/users.ts",
          'import type { Article } from "./articles.ts";\n\nexport type Author = Profile & { readonly articles: readonly Article[] };\n',
        ),
        replace("src/prices.ts", "net * (1 + VAT)", "(net as number) * (1 + VAT!)"),
        replace("src/places.ts", "type Place = readonly [", "export type Place = readonly ["),
        replace("src/ranking.ts", "async (votes: number", "async <Votes extends number>(votes: Votes"),
        replace(
          "src/report.ts",
          "function* wordsOf(): Generator<string>",
          "function* wordsOf(this: void): Iterable<string>",
        ),
        replace("src/report.ts", "const words = new Words();", "const words: Words = new Words();"),
        replace("src/orders.ts", "constructor(readonly region", "constructor(public readonly region"),
        replace(
          "src/lib/money.ts",
          "export function round(",
          "export function round(amount: number, digits: Digits): string;\nexport function round(",
        ),
        replace(
          "src/lib/repository.ts",
          "  protected pathOf",
          "  declare readonly kind?: string;\n\n  protected pathOf",
        ),
      ),
    ],
    [
      "U09",
      "another name for a private helper",
      all(
        rename("src/users.ts", "salutation", "welcome"),
        rename("src/users.ts", "FALLBACK", "OTHERWISE"),
        rename("src/articles.ts", "sectionOf", "classify"),
      ),
    ],
    [
      "U10",
      "another name for an exported helper",
      all(
        rename(["src/lib/text.ts", "src/users.ts", "src/parity.ts", "src/orders.ts"], "pad", "fillUp"),
        rename(["src/lib/money.ts", "src/prices.ts"], "round", "toDigits"),
        rename(["src/lib/constants.ts", "src/users.ts"], "ID_WIDTH", "USER_WIDTH"),
        rename(["src/lib/tally.ts", "src/report.ts"], "Tally", "Counter"),
        rename(["src/lib/numbers/spelling.ts", "src/lib/numbers/index.ts"], "spell", "letters"),
        replace("src/parity.ts", "numbers.spell(", "numbers.letters("),
      ),
    ],
    [
      "U11",
      "helpers move to new files",
      all(
        move(
          "src/lib/text.ts",
          "src/lib/padding.ts",
          "export function pad",
          'import { FILL } from "./constants.ts";\n\n',
        ),
        replace("src/lib/text.ts", 'import { FILL } from "./constants.ts";\n', ""),
        replace(
          "src/users.ts",
          "{ capitalise, pad } from",
          '{ pad } from "./lib/padding.ts";\nimport { capitalise } from',
        ),
        replace("src/parity.ts", "./lib/text.ts", "./lib/padding.ts"),
        replace("src/orders.ts", "./lib/text.ts", "./lib/padding.ts"),
        move(
          "src/users.ts",
          "src/lib/initials.ts",
          "function initials",
          "interface Style {\n  readonly limit?: number;\n  readonly separator?: string;\n}\n\nexport ",
        ),
        prepend("src/users.ts", 'import { initials } from "./lib/initials.ts";\n'),
      ),
    ],
    [
      "U12",
      "other order of imports and functions",
      all(
        reverseImports("src/index.ts"),
        reverseImports("src/users.ts"),
        reverseImports("src/articles.ts"),
        reverseImports("src/orders.ts"),
        reverseBlocks("src/lib/text.ts"),
        reverseBlocks("src/lib/money.ts"),
        reverseBlocks("src/lib/constants.ts"),
        replace("src/lib/numbers/index.ts", 'export * from "./even.ts";\n', ""),
        (files) =>
          new Map(files).set(
            "src/lib/numbers/index.ts",
            `${textOf(files, "src/lib/numbers/index.ts")}export * from "./even.ts";\n`,
          ),
        moveToEnd("src/users.ts", "function salutation"),
      ),
    ],
    [
      "U13",
      "another cached function",
      all(
        add(
          "src/stock.ts",
          [
            'import { cache } from "./cache.ts";',
            'import { pad } from "./lib/text.ts";',
            "",
            "async function loadProfile(id: number): Promise<string> {",
            "  return pad(id, 4);",
            "}",
            "",
            'export const stock = cache.cached(loadProfile, { name: "stock" });',
            "",
          ].join("\n"),
        ),
        prepend("src/index.ts", 'import { stock } from "./stock.ts";\n'),
        replace("src/index.ts", "    default:\n", '    case "/stock":\n      return stock(3);\n    default:\n'),
        replace(
          "src/users.ts",
          "async function loadProfile",
          'export const badge = cached(async (id: number) => pad(id, ID_WIDTH), { name: "badge" });\n\nasync function loadProfile',
        ),
      ),
    ],
    [
      "U14",
      "exports beside those that functions reach",
      all(
        replace("src/lib/text.ts", "length - 1", "length - 2"),
        replace("src/lib/constants.ts", "PAGE_SIZE = 25", "PAGE_SIZE = 50"),
        replace("src/lib/numbers/spelling.ts", "slice(0, 1)", "slice(0, 2)"),
        replace("src/lib/money.ts", 'Franc = "CHF"', 'Franc = "SFR"'),
      ),
    ],
    [
      "U15",
      "method beside the cached one",
      replace("src/orders.ts", "`Orders of ${this.region}`", "`The orders of ${this.region}`"),
    ],
    [
      "U16",
      "import through a barrel",
      all(
        add(
          "src/lib/index.ts",
          'export { ID_WIDTH } from "./constants.ts";\nexport * from "./text.ts";\nexport * as money from "./money.ts";\n',
        ),
        replace("src/users.ts", 'import { ID_WIDTH } from "./lib/constants.ts";\n', ""),
        replace(
          "src/users.ts",
          'import { capitalise, pad } from "./lib/text.ts"',
          'import { capitalise, ID_WIDTH, pad } from "./lib/index.ts"',
        ),
        replace("src/orders.ts", "./lib/text.ts", "./lib/index.ts"),
      ),
    ],
    ["U17", "another formatter", reformat],
  ] as const satisfies readonly (readonly [string, string, Change])[]
).map(([id, title, apply]) => ({ id, title, changes: [], apply }));
