import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { PlayMessage } from "./play.ts";
import type { Suite, SuiteResults } from "./suite.ts";

/** Plays the suite, or one test of it, against the cache at `base`. */
export async function playSuite(
  suite: Suite,
  base: string,
  id: string | undefined,
  onProgress: (played: number) => void,
): Promise<SuiteResults> {
  await requireCache(base);
  const child = fork(join(import.meta.dirname, "play.ts"), [suite.folder, base, ...(id === undefined ? [] : [id])], {
    execArgv: ["--no-warnings"],
  });
  let results: SuiteResults | undefined;
  child.on("message", (message: PlayMessage) => {
    onProgress(message.played);
    results = message.results ?? results;
  });
  const [code] = (await once(child, "exit")) as [number | null];
  if (results === undefined) {
    throw new Error(`Cannot play the conformance suite: its program ends with results: received exit ${code}`);
  }
  return results;
}

/** Asks what every test begins with: something stored at the origin, past the cache. */
async function requireCache(base: string): Promise<void> {
  const { status } = await fetch(`${base}/config/preflight`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify([{ id: "preflight" }]),
  });
  if (status === 201) return;
  throw new Error(`Cannot play the conformance suite at ${base}: the origin answers PUT with 201: received ${status}`);
}
