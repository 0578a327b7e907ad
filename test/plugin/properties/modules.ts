import { parseModule, type ParsedModule } from "../../../adapters/plugin/source/parse.ts";
import { shapeOf } from "../../../adapters/plugin/source/shape.ts";
import type { Reference, Shape } from "../../../adapters/plugin/source/summary.ts";
import { textsOf } from "../../../adapters/plugin/source/texts.ts";

/** What the plugin makes of a top-level item, with words for the numbers that mean something in one file only. */
export interface Item {
  /** The names that it declares; of a statement, which of the statements it is. */
  readonly label: string;
  readonly digest: string;
  readonly references: readonly string[];
  /** The items beside it whose code counts for what it declares. */
  readonly touchedBy: readonly string[];
}

/** How bindings are called: by their names, or, where names are changed, by the places of their items. */
export type Naming = "names" | "places";

/** Makes the canonical texts of a module; throws if the text is no JavaScript or TypeScript. */
export function itemsOf(file: string, code: string, naming: Naming = "names"): Item[] {
  return itemsOfTree(parseModule(`/${file}`, code), naming);
}

export function itemsOfTree(parsed: ParsedModule, naming: Naming = "names"): Item[] {
  const [error] = parsed.errors;
  if (error !== undefined) throw new SyntaxError(`${parsed.file}:${error.line}: ${error.message}`);
  const shape = shapeOf(parsed);
  const texts = textsOf(
    parsed,
    shape,
    shape.callees.map(() => "none" as const),
    { defines: new Set() },
  );
  const labels = labelsOf(shape, naming);
  return shape.items.map(({ declares }, index): Item => {
    const text = texts.items[index];
    if (text === undefined) throw new Error(`Cannot compare item ${index}: each has a text: received none`);
    return {
      label: labels[index] ?? "",
      digest: text.digest,
      references: text.references.map((reference) => referenceLabel(shape, reference, labels, naming)),
      touchedBy: declares
        .flatMap((binding) => shape.bindings[binding]?.touchedBy ?? [])
        .map((item) => labels[item] ?? "")
        .toSorted(),
    };
  });
}

function labelsOf(shape: Shape, naming: Naming): string[] {
  let statements = 0;
  return shape.items.map(({ declares }, index) => {
    if (naming === "places") return String(index);
    return declares.map((binding) => shape.bindings[binding]?.name ?? "").join(",") || `statement ${statements++}`;
  });
}

function referenceLabel(shape: Shape, reference: Reference, labels: readonly string[], naming: Naming): string {
  if (!("binding" in reference)) return JSON.stringify(reference);
  const binding = shape.bindings[reference.binding];
  const member = reference.member === undefined ? "" : `.${reference.member}`;
  if (binding === undefined)
    throw new Error(`Cannot name binding ${reference.binding}: it is not in the shape: received a slot for it`);
  if (binding.import !== undefined) return `${binding.import.source}#${binding.import.name}${member}`;
  if (naming === "names") return binding.name + member;
  return `${binding.items.map((item) => labels[item]).join("+")}/${binding.place ?? 0}${member}`;
}
