/** Makes a function of its text: of its own for each candidate, so that none is slowed by what others have shown the compiler. */
export type Compile = (parameters: readonly string[], body: string) => (...args: unknown[]) => unknown;

/** Runs a candidate `n` times, and folds what comes of it into one number. */
export type Loop = (callee: unknown, pool: readonly unknown[], n: number) => unknown;

/** What a loop does each time: an expression of `f`, the candidate, and `x`, one of the pool, that gives a number. */
export interface Step {
  readonly expression: string;
  readonly isAsync: boolean;
}

/** Compiles a loop over a pool whose length is a power of two. */
export function compileLoop(compile: Compile, { expression, isAsync }: Step): Loop {
  const loop = `let sum = 0;
const mask = pool.length - 1;
for (let i = 0; i < n; i++) {
  const x = pool[i & mask];
  sum = (sum + ${expression}) | 0;
}
return sum;`;
  const body = isAsync ? `return (async () => {\n${loop}\n})();` : loop;
  return compile(["f", "pool", "n"], body) as Loop;
}

/** Compiles where the host allows it: everywhere but in a Worker, which has a binding for it. */
export const compileHere: Compile = (parameters, body) =>
  // oxlint-disable-next-line no-new-func -- The only way to a function of one's own from one text.
  new Function(...parameters, body) as (...args: unknown[]) => unknown;

let sink = 0;

/** Keeps what loops have come to, so that no compiler leaves their work out. */
export function keep(sum: unknown): void {
  sink = (sink ^ Number(sum)) | 0;
  (globalThis as { benchSink?: number }).benchSink = sink;
}
