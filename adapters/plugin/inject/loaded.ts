import { readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { parseSync } from "oxc-parser";
import { projectFile } from "./project-file.ts";
import type { Teller } from "./messages.ts";
import type { Session } from "./session.ts";

/**
 * Puts the fingerprints into a module that a runtime has loaded; `undefined` where it has none.
 *
 * tsx and Deno hand over code whose decorators are lowered already, beyond recognition. There the file on disk is taken
 * instead, if everything in it can be brought to what every engine knows.
 */
export function transformLoaded(session: Session, code: string, id: string, teller: Teller): string | undefined {
  return fromDisk(session, code, id, teller) ?? session.transform(code, id, teller)?.code;
}

function fromDisk(session: Session, code: string, id: string, teller: Teller): string | undefined {
  const file = projectFile(id);
  if (file === undefined || !session.project.sites(file).some(({ kind }) => kind === "method")) return undefined;
  const text = readFileSync(file, "utf8");
  if (text === code || file.endsWith("x")) return undefined;
  const instrumented = session.transform(text, id, teller);
  if (instrumented === undefined) return undefined;
  const script = /\.[cm]?ts$/.test(file) ? withoutTypes(instrumented.code) : instrumented.code;
  return script === undefined || hasDecorators(script) ? undefined : script;
}

// Stripping leaves every line where it is, but knows no enums and the like.
function withoutTypes(code: string): string | undefined {
  for (const mode of ["strip", "transform"] as const) {
    try {
      return nodeModule.stripTypeScriptTypes(code, { mode });
    } catch {
      // The next mode knows more; what none of them knows is left to the runtime.
    }
  }
  return undefined;
}

function hasDecorators(code: string): boolean {
  return code.includes("@") && JSON.stringify(parseSync("loaded.js", code).program).includes('"type":"Decorator"');
}
