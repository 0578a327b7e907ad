import { parseArgs, type ParseArgsConfig } from "node:util";
import { CommandError } from "./failure.ts";

export type OptionTypes = Readonly<
  Record<string, { readonly type: "boolean" | "string"; readonly multiple?: boolean }>
>;

/** What the user has typed behind the name of a command. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(positionals: readonly string[], values: Readonly<Record<string, unknown>>) {
    this.positionals = positionals;
    this.#values = values;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === "string" ? value : undefined;
  }

  list(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }
}

/**
 * Reads the arguments of a command.
 *
 * @throws {CommandError} where an option is unknown or has no value
 */
export function readArguments(command: string, args: readonly string[], options: OptionTypes): Arguments {
  try {
    const config: ParseArgsConfig = { args: [...args], options: { ...options }, allowPositionals: true };
    const { values, positionals } = parseArgs(config);
    return new Arguments(positionals, values);
  } catch (error) {
    throw new CommandError(`Cannot run "${command}": ${complaint(error, options)}`, { cause: error });
  }
}

function complaint(error: unknown, options: OptionTypes): string {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '(.*?)'/.exec(message)?.[1];
  if (unknown !== undefined) {
    const known = Object.keys(options).map((name) => `--${name}`);
    return `its options are ${known.join(", ")}: received ${unknown}`;
  }
  // "Option '--out <value>' argument missing", "Option '--json' does not take an argument".
  const [, name = "", rest = ""] = /^Option '(?:-\w, )?(--[\w-]+)[^']*' (.*)/s.exec(message) ?? [];
  if (rest.startsWith("does not take")) return `${name} takes no value: received one`;
  if (rest !== "") return `${name} takes a value: received none`;
  return message;
}

/**
 * Reads `key=value` pairs, whose values are source texts.
 *
 * @throws {CommandError} where one has no "="
 */
export function readDefines(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)] as const;
      throw new CommandError(`Cannot read --define "${text}": it is a name, "=" and a source text: received no "="`);
    }),
  );
}
