/** Makes the vectors: what `src/` does now with the cases. */
import { handKey } from "../../src/key/key.ts";
import { type Callable, CodeVersion } from "../../src/key/version.ts";
import { canonical, keyFor } from "../../src/keys.ts";
import { argsOf, CASES, KEPT_CASES, KEY_CASES, VERSION_CASES } from "./cases.ts";
import type { Vectors } from "./check.ts";

export async function makeVectors(): Promise<Vectors> {
  const canonicals = CASES.map(({ title, args }) => ({ title, js: jsOf(args), text: canonical(args()) }));
  const versions = VERSION_CASES.map(async ({ title, source, fingerprint: fp, deps }) => {
    const known = fp === undefined ? undefined : { fp };
    const version = await new CodeVersion(functionOf(source), title, { deps }, known).text();
    const texts = deps.map((dep) => canonical([[dep]]).slice(2, -2));
    return { title, source, ...(fp && { fingerprint: fp }), deps: texts, version };
  });
  const keys = KEY_CASES.map(async ({ args: title, captured: capturedTitle, ...parts }) => {
    const args = argsOf(title);
    if (capturedTitle === undefined) return { ...parts, args: canonical(args), key: await keyFor({ ...parts, args }) };
    const captured = argsOf(capturedTitle);
    const key = await keyFor({ ...parts, args, captured });
    return { ...parts, args: canonical(args), captured: canonical(captured), key };
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
