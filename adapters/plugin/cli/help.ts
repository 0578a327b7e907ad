import type { Command } from "./command.ts";
import { table } from "./layout.ts";
import type { Screen } from "./screen.ts";

const COMMON = [
  "  --root FOLDER        the project, instead of the current folder",
  "  --define NAME=TEXT   what the build replaces a name by; as often as needed",
  "  --verbose            leave nothing out",
  "  --help               this text",
];

const EXIT_CODES = [
  "  0   fine",
  "  1   `autocache check`: the lock file is out of date",
  "  2   the command cannot be run, or a function has no sound fingerprint",
];

/** What `autocache --help` says. */
export function overview(commands: readonly Command[], screen: Screen): string[] {
  const bold = (text: string): string => screen.paint("bold", text);
  return [
    "Fingerprints of cached functions: which code has computed what is stored.",
    "",
    `${bold("Usage:")} autocache COMMAND [options]`,
    "",
    ...table(
      commands.map(({ name, summary }) => [name, summary]),
      [{ paint: bold }, {}],
      screen,
      "  ",
    ),
    "",
    bold("Options of every command:"),
    ...COMMON,
    "",
    bold("Exit codes:"),
    ...EXIT_CODES,
    "",
    "The options of the plugin are in autocache.config.ts (.mts, .js, .mjs, .json), or in",
    "the field `autocache` of package.json. NO_COLOR and FORCE_COLOR are honoured.",
  ];
}

/** What `autocache COMMAND --help` says. */
export function commandHelp({ name, synopsis, help }: Command, screen: Screen): string[] {
  const bold = (text: string): string => screen.paint("bold", text);
  const words = ["autocache", name, synopsis, "[options]"].filter((word) => word !== "");
  return [
    `${bold("Usage:")} ${words.join(" ")}`,
    "",
    ...help,
    "",
    bold("Options of every command:"),
    ...COMMON,
    "",
    bold("Exit codes:"),
    ...EXIT_CODES,
  ];
}
