import { CommandError } from "./failure.ts";
import type { CodeFunction } from "./inventory.ts";

/**
 * Finds a function by what it is called in reports, or by its name alone if no other has it.
 *
 * @throws {CommandError} where there is none, or there are several
 */
export function findFunction(functions: readonly CodeFunction[], name: string, action: string): CodeFunction {
  const exact = functions.find(({ key }) => key === name);
  if (exact !== undefined) return exact;
  const namesakes = functions.filter(({ label }) => label === name);
  const [only] = namesakes;
  if (only !== undefined && namesakes.length === 1) return only;
  if (namesakes.length > 1) {
    const keys = namesakes.map(({ key }) => `"${key}"`).join(", ");
    throw new CommandError(`Cannot ${action} "${name}": a name stands for one function: received that of ${keys}`);
  }
  const near = nearest(
    name,
    functions.map(({ key }) => key),
  );
  const hint = near === undefined ? "" : `: did you mean "${near}"?`;
  throw new CommandError(
    `Cannot ${action} "${name}": it is the name of a cached function: received one that no function has${hint}`,
  );
}

function nearest(name: string, candidates: readonly string[]): string | undefined {
  const distances = candidates.map(
    (candidate) => [distance(name.toLowerCase(), candidate.toLowerCase()), candidate] as const,
  );
  const [best] = distances.toSorted(([a], [b]) => a - b);
  return best !== undefined && best[0] <= Math.max(1, Math.floor(name.length / 3)) ? best[1] : undefined;
}

/** How many letters have to be typed, deleted or replaced to get from one word to the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (let index = 0; index < to.length; index++) {
      const replaced = (row[index] ?? 0) + (letter === to[index] ? 0 : 1);
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
