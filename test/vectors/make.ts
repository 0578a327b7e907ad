/** Makes the vectors: what `src/` does now with the cases. */
import { handKey } from "../../src/key/key.ts";
import { type Callable, versionOf } from "../../src/key/version.ts";
import { canonical, keyFor } from "../../src/keys.ts";
import { argsOf, CASES, KEPT_CASES, KEY_CASES, VERSION_CASES } from "./cases.ts";
import type { Vectors } from "./check.ts";

export async function makeVectors(): Promise<Vectors> {
  const canonicals = CASES.map(({ title, args }) => ({ title, js: jsOf(args), text: canonical(args()) }));
  const versions = VERSION_CASES.map(async ({ title, source, deps }) => {
    const version = await versionOf(functionOf(source), title, { deps })();
    return { title, source, deps: deps.map((dep) => canonical([[dep]]).slice(2, -2)), version };
  });
  const keys = KEY_CASES.map(async ({ args: title, ...parts }) => {
    const args = argsOf(title);
    return { ...parts, args: canonical(args), key: await keyFor({ ...parts, args }) };
  });
  const kept = KEPT_CASES.map(async ({ namespace, key }) => ({
    namespace,
    key,
    stored: await handKey(namespace, key),
  }));
  return {
    format: 1,
    canonical: canonicals,
    versions: await Promise.all(versions),
    keys: await Promise.all(keys),
    kept: await Promise.all(kept),
  };
}

/** The text of what a function returns, in one line. */
function jsOf(args: () => unknown): string {
  return String(args).replace("() => ", "").replaceAll(/\s+/g, " ");
}

function functionOf(source: string): Callable {
  // oxlint-disable-next-line no-implied-eval, no-new-func
  return new Function(`return (${source})`)() as Callable;
}
