import { writeFileSync } from "node:fs";
import { join } from "node:path";

const FILES = 20;
const FUNCTIONS_IN_A_FILE = 10;

/** Writes a project of 200 functions, with a type and a caller each; or the same with all of them cached. */
export function writeTypedProject(folder: string, isCached: boolean): void {
  const compilerOptions = {
    target: "ES2024",
    lib: ["ES2024", "DOM"],
    module: "NodeNext",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  for (let file = 0; file < FILES; file++) {
    const functions = Array.from({ length: FUNCTIONS_IN_A_FILE }, (_, i) => functionText(`${file}x${i}`, isCached));
    const head = isCached ? 'import { cached } from "@autocache/edge";\n\n' : "";
    writeFileSync(join(folder, `module${file}.ts`), head + functions.join("\n"));
  }
}

function functionText(id: string, isCached: boolean): string {
  const head = `async function load${id}(key: string, options: Query${id}): Promise<Item${id}[]>`;
  const body = `{
  const response = await fetch(\`https://api.example.com/items/\${key}?page=\${options.page}&limit=\${options.limit ?? 50}\`);
  const items = (await response.json()) as Item${id}[];
  return items.filter(({ tags }) => tags.length > 0).map((item) => ({ ...item, price: Math.round(item.price * 100) / 100 }));
}`;
  const definition = isCached
    ? `export const get${id} = cached(${head} ${body}, { ttl: "5m" });`
    : `export const get${id} = ${head} ${body};`;
  return `export interface Item${id} {
  readonly id: string;
  readonly price: number;
  readonly tags: readonly string[];
}

export interface Query${id} {
  readonly page: number;
  readonly limit?: number;
}

${definition}

export async function total${id}(key: string): Promise<number> {
  const items = await get${id}(key, { page: 1 });
  return items.reduce((sum, { price }) => sum + price, 0);
}
`;
}
