// Writes a project of many modules, about 80 lines each, in the way applications are written: features that import
// helpers and each other, with types, classes and constants. One module of ten has a cached function.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const FOLDER = 40;

/** @param {number} index */
export const moduleFile = (index) => `src/part${Math.floor(index / FOLDER)}/module${index}.ts`;

/** @param {number} index */
const isSite = (index) => index % 10 === 9;

/**
 * The modules that a module imports: two near it, one of the helpers that many use, and now and then one far away.
 *
 * @param {number} index @param {number} size
 */
function importsOf(index, size) {
  const far = index % 7 === 0 ? [(index * 31) % size] : [];
  const imports = [index - 1, index - 3, index % 20, ...far];
  return [...new Set(imports)].filter((each) => each >= 0 && each < index);
}

/** @param {string} folder @param {number} size */
export function writeProject(folder, size) {
  write(join(folder, "package.json"), '{ "name": "generated", "version": "1.0.0", "type": "module" }\n');
  write(join(folder, "tsconfig.json"), '{ "compilerOptions": { "target": "esnext", "module": "preserve" } }\n');
  for (let index = 0; index < size; index++) {
    write(join(folder, moduleFile(index)), moduleText(index, size, 1));
  }
}

/** @param {string} path @param {string} text */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/**
 * The text of a module. `edition` is a number in one of its functions.
 *
 * @param {number} index @param {number} size @param {number} edition
 */
export function moduleText(index, size, edition) {
  const imports = importsOf(index, size);
  // Functions use others some modules deep, and not all of the project.
  const deeper = index % 10 >= 3 ? ` + total${index - 3}(lines.slice(1))` : "";
  const calls = imports.map((each) => `total${each}(order.lines)`).join(" + ") || "0";
  return `${isSite(index) ? 'import { cached } from "@autocache/edge";\n' : ""}${imports
    .map(
      (each) =>
        `import { total${each}, type Order${each} } from "../part${Math.floor(each / FOLDER)}/module${each}.ts";`,
    )
    .join("\n")}

export interface Line${index} {
  readonly sku: string;
  readonly quantity: number;
  readonly unitPrice: number;
}

export interface Order${index} {
  readonly id: string;
  readonly customer: { readonly name: string; readonly country: string } | undefined;
  readonly lines: readonly Line${index}[];
}

/** Countries, and the rate that applies there. */
const RATES${index}: Readonly<Record<string, number>> = {
  at: 0.2,
  de: 0.19,
  fr: 0.2,
  it: 0.22,
  other: ${(index % 9) / 10},
};

export const LIMIT${index} = ${index} * 10 + 5;

export function total${index}(lines: readonly Line${index}[]): number {
  let sum = ${edition};
  for (const { quantity, unitPrice } of lines) {
    if (quantity <= 0) continue;
    sum += quantity * unitPrice;
  }
  return Math.min(sum, LIMIT${index})${deeper};
}

function rateOf${index}(country: string | undefined): number {
  const key = country?.toLowerCase() ?? "other";
  return RATES${index}[key] ?? RATES${index}["other"] ?? 0;
}

export class Basket${index} {
  readonly #lines = new Map<string, Line${index}>();
  #changes = 0;

  add(line: Line${index}): this {
    const known = this.#lines.get(line.sku);
    const quantity = (known?.quantity ?? 0) + line.quantity;
    this.#lines.set(line.sku, { ...line, quantity });
    this.#changes++;
    return this;
  }

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  order(id: string, country: string): Order${index} {
    const lines = [...this.#lines.values()].filter(({ quantity }) => quantity > 0);
    return { id: \`\${id}-\${this.#changes}\`, customer: { name: "Customer ${index}", country }, lines };
  }
}

export async function summary${index}(order: Order${index}): Promise<{ net: number; gross: number; other: number }> {
  const basket = new Basket${index}();
  for (const line of order.lines) basket.add(line);
  const net = total${index}(order.lines);
  const gross = net * (1 + rateOf${index}(order.customer?.country));
  const other = ${calls};
  return basket.isEmpty ? { net: 0, gross: 0, other: 0 } : { net, gross, other };
}

export const describe${index} = (order: Order${index}): string => {
  const parts = order.lines.map(({ sku, quantity }) => \`\${quantity} x \${sku}\`);
  return parts.length > 3 ? \`\${parts.slice(0, 3).join(", ")} and \${parts.length - 3} more\` : parts.join(", ");
};
${isSite(index) ? `\nexport const cachedSummary${index} = cached(summary${index}, { name: "summary${index}", ttl: "5m" });\n` : ""}`;
}
