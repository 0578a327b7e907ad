import type { Edit } from "../edit.ts";
import { all, replace } from "../files.ts";

/** Edits of something that functions reach: exactly those in `changes` have to get a new version. */
export const RELATED: readonly Edit[] = [
  {
    id: "R01",
    title: "the function's own body",
    changes: ["profile"],
    apply: replace("src/users.ts", "${salutation(locale)}, ", "${salutation(locale)} "),
  },
  {
    id: "R02",
    title: "body of a private helper",
    changes: ["profile"],
    apply: replace(
      "src/users.ts",
      "return SALUTATIONS[locale] ?? FALLBACK;",
      "return `${SALUTATIONS[locale] ?? FALLBACK}!`;",
    ),
  },
  {
    id: "R03",
    title: "body of a helper that several share",
    changes: ["profile", "parity", "order"],
    apply: replace("src/lib/text.ts", "padStart", "padEnd"),
  },
  {
    id: "R04",
    title: "body of another helper that several share",
    changes: ["profile", "article"],
    apply: replace("src/lib/text.ts", "text.charAt(0).toUpperCase() + text.slice(1)", "text.toUpperCase()"),
  },
  {
    id: "R05",
    title: "constant of the module",
    changes: ["price"],
    apply: replace("src/prices.ts", "VAT = 0.19", "VAT = 0.2"),
  },
  {
    id: "R06",
    title: "constant that a helper imports",
    changes: ["profile", "parity", "order"],
    apply: replace("src/lib/constants.ts", 'FILL = "0"', 'FILL = " "'),
  },
  {
    id: "R07",
    title: "imported constant",
    changes: ["profile"],
    apply: replace("src/lib/constants.ts", "ID_WIDTH = 6", "ID_WIDTH = 8"),
  },
  {
    id: "R08",
    title: "member of a constant object",
    changes: ["profile"],
    apply: replace("src/users.ts", 'en: "Hello"', 'en: "Good day"'),
  },
  {
    id: "R09",
    title: "value of an enum's member",
    changes: ["price"],
    apply: replace("src/lib/money.ts", 'Yen = "JPY"', 'Yen = "YEN"'),
  },
  {
    id: "R10",
    title: "value that a const enum counts up to",
    changes: ["price"],
    apply: replace("src/lib/money.ts", "  None,\n", "  Tens = -1,\n  None = Tens + 2,\n"),
  },
  {
    id: "R11",
    title: "default in a helper's parameters",
    changes: ["profile"],
    apply: replace("src/users.ts", "limit = 3", "limit = 1"),
  },
  {
    id: "R12",
    title: "one of two functions that call each other",
    changes: ["parity"],
    apply: replace("src/lib/numbers/odd.ts", "value === 0 ? false", "value === 0 ? true"),
  },
  {
    id: "R13",
    title: "barrel exports another function under the name",
    changes: ["parity"],
    apply: replace("src/lib/numbers/index.ts", "{ spell }", "{ abbreviate as spell }"),
  },
  {
    id: "R14",
    title: "function behind a namespace import and a barrel",
    changes: ["parity"],
    apply: replace("src/lib/numbers/spelling.ts", 'join(" ")', 'join("-")'),
  },
  {
    id: "R15",
    title: "value in a JSON file",
    changes: ["article"],
    apply: replace("src/data/catalogue.json", '"Sizes"', '"Measures"'),
  },
  {
    id: "R16",
    title: "version of a package",
    changes: ["article"],
    apply: all(
      replace("node_modules/slugger/package.json", '"2.1.0"', '"2.2.0"'),
      replace("node_modules/slugger/index.js", '"-"', '"_"'),
    ),
  },
  {
    id: "R17",
    title: "version of a package that a package depends on",
    changes: ["article"],
    apply: all(
      replace("node_modules/transliterate/package.json", '"1.4.2"', '"1.5.0"'),
      replace("node_modules/transliterate/index.js", 'ß: "ss"', 'ß: "sz"'),
    ),
  },
  {
    id: "R18",
    title: "function that is captured",
    changes: ["ranking"],
    apply: replace("src/ranking.ts", "votes * weight", "votes ** weight"),
  },
  {
    id: "R19",
    title: "constant that is captured",
    changes: ["ranking"],
    apply: replace("src/ranking.ts", "damping = 10", "damping = 20"),
  },
  {
    id: "R20",
    title: "value that is captured: the factory's argument",
    changes: ["ranking"],
    isOfValue: true,
    apply: replace("src/index.ts", "rankBy(3)", "rankBy(4)"),
  },
  {
    id: "R21",
    title: "method of the base class",
    changes: ["order"],
    apply: replace("src/lib/repository.ts", "`/${this.table}/${id}`", "`${this.table}/${id}`"),
  },
  {
    id: "R22",
    title: "private field",
    changes: ["order"],
    apply: replace("src/orders.ts", "#rate = 0.19", "#rate = 0.2"),
  },
  {
    id: "R23",
    title: "private method",
    changes: ["order"],
    apply: replace("src/orders.ts", "return net * this.#rate", "return Math.max(net * this.#rate, 25)"),
  },
  {
    id: "R24",
    title: "static property",
    changes: ["order"],
    apply: replace("src/orders.ts", 'currency = "EUR"', 'currency = "CHF"'),
  },
  {
    id: "R25",
    title: "the function's own inner function",
    changes: ["distance"],
    apply: replace("src/places.ts", "Math.sin(angle / 2) ** 2", "(1 - Math.cos(angle)) / 4"),
  },
  {
    id: "R26",
    title: "base of an inner class",
    changes: ["digest"],
    apply: replace(
      "src/lib/tally.ts",
      "return this.counts.size",
      "return [...this.counts.values()].reduce((sum, count) => sum + count, 0)",
    ),
  },
];
