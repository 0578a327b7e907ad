import { analysisOf } from "./analysis.ts";
import type { Node } from "./ast.ts";
import { calleesOf } from "./callees.ts";
import { itemText, WRITERS } from "./canonical.ts";
import { optionsOf } from "./options.ts";
import { Origins } from "./origin.ts";
import type { ParsedModule } from "./parse.ts";
import { siteText } from "./site-texts.ts";
import type { CalleeKind, Shape, Texts } from "./summary.ts";
import type { TextContext } from "./writer.ts";

export interface TextSettings {
  /** The globals and dotted paths that the build replaces. */
  readonly defines: ReadonlySet<string>;
}

/**
 * Makes the texts of a module. `kinds` says for each of the shape's callees what it has turned out to be.
 *
 * @throws {Error} where the code has syntax that is not known, or the shape is that of another text
 */
export function textsOf(
  parsed: ParsedModule,
  shape: Shape,
  kinds: readonly CalleeKind[],
  { defines }: TextSettings,
): Texts {
  const analysis = analysisOf(parsed);
  const { candidates, origins } = calleesOf(analysis);
  if (shape.callees.length !== origins.length || shape.items.length !== analysis.items.length) {
    throw new Error(`Cannot make the texts of "${parsed.file}": its shape is that of the same text: received another`);
  }
  const recognised = new Map<Node, CalleeKind>();
  for (const { call, callee } of candidates) {
    const kind = kinds[callee] ?? "none";
    if (kind !== "none") recognised.set(call.node, kind);
  }
  const follow = new Origins(analysis);
  const context: TextContext = {
    analysis,
    defines,
    kinds: recognised,
    optionsOf: (argument) => optionsOf(argument, analysis),
    isOptionsCall: (call) => follow.isOptionsCall(call),
    writers: WRITERS,
  };
  return {
    items: analysis.items.map((item) => itemText(item, context)),
    sites: recognised.size === 0 ? [] : candidates.flatMap((each) => siteText(each, context) ?? []),
  };
}
