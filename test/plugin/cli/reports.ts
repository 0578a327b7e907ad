import { Shop } from "./shop.ts";

/** A project with a lock file. */
export async function lockedShop(files?: Readonly<Record<string, string>>): Promise<Shop> {
  const shop = new Shop(files);
  await shop.run(["lock"]);
  return shop;
}

/** Lines, as a program prints them. */
export const text = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;
/** What every module with a cached function begins with. */
export const header = `import { cached } from "@autocache/edge";\n`;
