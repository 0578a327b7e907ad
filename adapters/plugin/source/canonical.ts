import type { Item } from "./analysis.ts";
import { isTooDeep, TOO_DEEP } from "./depth.ts";
import { digestOf } from "./digest.ts";
import { CALLS } from "./text-calls.ts";
import { CLASSES } from "./text-classes.ts";
import { EXPRESSIONS } from "./text-expressions.ts";
import { JSX } from "./text-jsx.ts";
import { STATEMENTS } from "./text-statements.ts";
import { type NodeWriters, type TextContext, Writer } from "./writer.ts";
import type { CanonicalText } from "./summary.ts";

/*
 * The canonical text: format "a1".
 *
 * It is a public promise. Values are stored under fingerprints that are made of it, so that any change of what follows,
 * however small, is a change of the letter and number before every fingerprint, and each cache starts cold once.
 *
 * A text is a row of tokens with a space behind each. A node is "(", a word, what it consists of in a fixed order, and
 * ")"; a list is "[", its nodes, and "]"; "_" is a node that is not there.
 *
 *   @0         a slot: a binding of the module with the member that is read of it, a module, a glob or a define.
 *              Slots are numbered in the order of their first appearance; what they stand for is beside the text
 *   #0         a variable of a function, of a namespace or of an enum, numbered likewise; so names do not count
 *   %0         a private name of a class, numbered likewise; %name where its class is not in the file
 *   =0         in the pattern of an item: a name that the item declares, by its place
 *   $name      a global. `undefined` and `void` of a literal are: undefined
 *   ."name"    a key: quoted or not, in brackets or not. [key … ] where it is computed at run time
 *   "text"     a string, or a template without expressions; (Template …) and (Tagged …) otherwise, with line breaks as LF
 *   1 1n true null /"source"flags     other literals: numbers by value, flags in alphabetical order, `!0` as true
 *   this super class                  in a cached method "class" is its own class
 *
 * Operators are the words of their nodes: (+ …), (&&= …), (typeof …), (++_ …) before and (_++ …) behind. Other words are
 * in the writers of text-*.ts; nodes without a writer have their type for a word, and their fields in the order of
 * syntax.ts.
 *
 * Not in the text: types and all else that syntax.ts calls erased; comments, positions, parentheses, empty statements;
 * "use strict"; the difference of `const` and `let`, of one declaration and several, of a single statement and a block of
 * one, of `x => y` and `x => { return y }`, of `{ a }` and `{ a: a }`; names of labels (the number of labels outwards), of
 * variables, of what the module declares; names of function and class expressions that are not read; statements and the
 * like that are ignored by a comment. A pinned one is (Pin "word" ).
 *
 * Calls of ours are (Cached function (Option deps …) (Option key …) ): other options do not change a value. A site is
 * (Site …), (Handlers …), (Wrapper …), or for a method (Method …), (Reached …) for each member that is reached by name in
 * the order in which they are named, and (Extends …). Behind it stands the captured code: (Captured #0 … ).
 *
 * What the settings of the compiler decide has no token. It is in the list of references, behind the slots.
 */

/** The writers of all nodes that do not simply consist of their fields. */
export const WRITERS: NodeWriters = new Map(
  Object.entries({ ...STATEMENTS, ...EXPRESSIONS, ...CALLS, ...CLASSES, ...JSX }),
);

/** Writes the canonical text of one of the units of a module. */
export function itemText(item: Item, context: TextContext): CanonicalText {
  try {
    return writeItem(item, context);
  } catch (error) {
    if (!isTooDeep(error)) throw error;
    const { positions } = context.analysis.parsed;
    const diagnostics = [positions.diagnostic("too-deep", item.node.start, TOO_DEEP)];
    return { digest: digestOf(TOO_DEEP), references: [], diagnostics };
  }
}

function writeItem(item: Item, context: TextContext): CanonicalText {
  const writer = new Writer(context);
  const { node } = item;
  if (node.type === "VariableDeclarator") {
    writer.put(item.declares[0]?.kind === "using" ? "(Using" : "(Variable");
    if (node.id.type !== "Identifier") {
      writer.declared = item.declares;
      writer.node(node.id);
      writer.declared = undefined;
    }
    writer.node(node.init);
    writer.put(")");
  } else {
    writer.node(node);
  }
  return writer.finish();
}
