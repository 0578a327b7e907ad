import * as fc from "fast-check";
import type { Random } from "./random.ts";

/** A declaration, without a name or a place: what it is, and which others it uses. */
export interface Declaration {
  readonly form: "function" | "arrow" | "class" | "async" | "constant";
  readonly literal: number;
  readonly uses: readonly number[];
}

/** A program as the plugin should see it: declarations that use each other, and which of them are cached. */
export interface Program {
  readonly declarations: readonly Declaration[];
  readonly cached: readonly number[];
}

const FORMS = ["function", "arrow", "class", "async", "constant"] as const;

export function programs(most: number): fc.Arbitrary<Program> {
  return fc.integer({ min: 2, max: most }).chain((size) => {
    const index = fc.integer({ min: 0, max: size - 1 });
    const declaration = fc.record({
      form: fc.constantFrom(...FORMS),
      literal: fc.integer({ min: 0, max: 3 }),
      uses: fc.array(index, { maxLength: 3 }),
    });
    return fc.record({
      declarations: fc.array(declaration, { minLength: size, maxLength: size }),
      cached: fc.uniqueArray(index, { minLength: 1, maxLength: 4 }),
    });
  });
}

/** Which declarations reach a declaration, itself included. */
export function reachersOf({ declarations }: Program, target: number): Set<number> {
  const reachers = new Set([target]);
  for (const reached of reachers) {
    declarations.forEach(({ uses }, index) => {
      if (uses.includes(reached)) reachers.add(index);
    });
  }
  return reachers;
}

/** The same program, with no two declarations alike. */
export function withDistinctLiterals({ declarations, cached }: Program): Program {
  return { cached, declarations: declarations.map((each, index) => ({ ...each, literal: 100 + index })) };
}

/** The same program, in which a declaration uses another in place of one that it used. */
export function withOtherUse({ declarations, cached }: Program, edited: number, place: number, used: number): Program {
  const declaration = declarations[edited];
  if (declaration === undefined)
    throw new RangeError(`Cannot edit declaration ${edited}: it is in the program: received none`);
  return {
    cached,
    declarations: declarations.with(edited, { ...declaration, uses: declaration.uses.with(place, used) }),
  };
}

export function withLiteral({ declarations, cached }: Program, edited: number, literal: number): Program {
  const declaration = declarations[edited];
  if (declaration === undefined)
    throw new RangeError(`Cannot edit declaration ${edited}: it is in the program: received none`);
  return { cached, declarations: declarations.with(edited, { ...declaration, literal }) };
}

/** How a module gets at a declaration of another. */
type ImportStyle = "named" | "renamed" | "namespace" | "barrel" | "star" | "default";

/** Where the declarations of a program stand, in which order, and what they are called. */
export interface Layout {
  /** The name of each declaration. */
  readonly names: readonly string[];
  /** The module of each declaration. */
  readonly modules: readonly number[];
  /** The places of the declarations of a module, all modules in one. */
  readonly order: readonly number[];
  readonly styles: readonly ImportStyle[];
  readonly folders: readonly string[];
}

const STYLES: readonly ImportStyle[] = ["named", "renamed", "namespace", "barrel", "star", "default"];

export function randomLayout({ declarations }: Program, random: Random): Layout {
  const indexes = [...declarations.keys()];
  const count = 1 + random.integer(Math.min(5, declarations.length));
  const words = random.shuffled(["load", "sum", "Price", "helper", "$x", "_y", "value", "Store", "zeta", "alpha"]);
  return {
    names: indexes.map((index) => `${words[index % words.length]}${random.integer(50) * 1000 + index}`),
    modules: indexes.map(() => random.integer(count)),
    order: random.shuffled(indexes),
    styles: indexes.map(() => random.pick(STYLES)),
    folders: indexes.map(() => random.pick(["", "lib/", "lib/deep/"])),
  };
}

/** Writes the files of a program. The sites stand in one file each, and are called by the numbers of their declarations. */
export function render(program: Program, layout: Layout): Map<string, string> {
  const files = new Map<string, string>();
  const modules = new Set(layout.modules);
  for (const module of modules) files.set(fileOf(module, layout), renderModule(module, program, layout));
  for (const module of modules) {
    const list = layout.names.filter((_, index) => layout.modules[index] === module);
    const target = `./${fileOf(module, layout)}`;
    files.set(`barrel${module}.ts`, `export { ${list.join(", ")} } from "${target}";\n`);
    files.set(`star${module}.ts`, `export * from "${target}";\n`);
  }
  for (const index of program.cached) {
    const imports = new Imports(`site${index}.ts`, layout);
    const call = use(index, imports.reference(index, undefined), program);
    files.set(
      `site${index}.ts`,
      `import { cached } from "@autocache/edge";\n${imports.text()}export const site = cached(async (n: number) => ${call}, { name: "site${index}" });\n`,
    );
  }
  return files;
}

function renderModule(module: number, program: Program, layout: Layout): string {
  const imports = new Imports(fileOf(module, layout), layout);
  const own = layout.order.filter((index) => layout.modules[index] === module);
  const texts = own.map((index) => {
    const declaration = program.declarations[index];
    if (declaration === undefined) return "";
    const uses = declaration.uses.map((used) => use(used, imports.reference(used, module), program));
    return declare(nameOf(index, layout), declaration, uses);
  });
  const [first] = own;
  const standard = first === undefined ? "" : `export { ${nameOf(first, layout)} as default };\n`;
  return `${imports.text()}\n${texts.join("\n")}\n${standard}`;
}

function declare(name: string, { form, literal }: Declaration, uses: readonly string[]): string {
  const sum = [String(literal), ...uses].join(" + ");
  switch (form) {
    case "function":
      return `export function ${name}(n: number): any { if (n < 1) return ${literal}; return ${sum}; }`;
    case "async":
      return `export async function ${name}(n: number): Promise<any> { return n < 1 ? ${literal} : ${sum}; }`;
    case "arrow":
      return `export const ${name} = (n: number): any => (n < 1 ? ${literal} : ${sum});`;
    case "class":
      return `export class ${name} { value(n: number): any { return n < 1 ? ${literal} : ${sum}; } }`;
    case "constant":
      return `export const ${name}: any = { run: (n: number) => ${sum}, literal: ${literal} };`;
  }
}

function use(used: number, reference: string, { declarations }: Program): string {
  switch (declarations[used]?.form) {
    case "class":
      return `new ${reference}().value(n - 1)`;
    case "async":
      return `Promise.resolve(${reference}(n - 1))`;
    case "constant":
      // As a whole: a member that is read by name is part of the text, and differs between `ns.a.run` and `a.run`.
      return `Object(${reference}).run(n - 1)`;
    default:
      return `${reference}(n - 1)`;
  }
}

/** The imports of a module: each declaration is imported in its own style. */
class Imports {
  readonly #lines = new Set<string>();
  readonly #file: string;
  readonly #layout: Layout;

  constructor(file: string, layout: Layout) {
    this.#file = file;
    this.#layout = layout;
  }

  /** What a declaration is called in the module. */
  reference(index: number, own: number | undefined): string {
    const module = this.#layout.modules[index] ?? 0;
    const name = nameOf(index, this.#layout);
    if (module === own) return name;
    const target = (file: string): string => JSON.stringify(this.#path(file));
    const file = fileOf(module, this.#layout);
    switch (this.#layout.styles[index]) {
      case "renamed":
        return this.#add(`import { ${name} as other_${name} } from ${target(file)};`, `other_${name}`);
      case "namespace":
        return this.#add(`import * as ns${module} from ${target(file)};`, `ns${module}.${name}`);
      case "barrel":
        return this.#add(`import { ${name} } from ${target(`barrel${module}.ts`)};`, name);
      case "star":
        return this.#add(`import { ${name} } from ${target(`star${module}.ts`)};`, name);
      case "default":
        if (this.#isDefault(index, module))
          return this.#add(`import default${module} from ${target(file)};`, `default${module}`);
        return this.#add(`import { ${name} } from ${target(file)};`, name);
      default:
        return this.#add(`import { ${name} } from ${target(file)};`, name);
    }
  }

  text(): string {
    return [...this.#lines].map((line) => `${line}\n`).join("");
  }

  #add(line: string, reference: string): string {
    this.#lines.add(line);
    return reference;
  }

  #isDefault(index: number, module: number): boolean {
    return this.#layout.order.find((each) => this.#layout.modules[each] === module) === index;
  }

  #path(file: string): string {
    const up = this.#file.split("/").length - 1;
    return `${up === 0 ? "./" : "../".repeat(up)}${file}`;
  }
}

const nameOf = (index: number, layout: Layout): string => layout.names[index] ?? "";

const fileOf = (module: number, layout: Layout): string => `${layout.folders[module] ?? ""}module${module}.ts`;
