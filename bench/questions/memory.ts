/** What an entry in memory takes beside its value, and what a hit and a miss allocate: on Node, in a process of its own each. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { importCandidates } from "../harness/catalog.ts";
import type { HostQuestion } from "../harness/host-question.ts";
import { type MemoryOrder, MEMORY_CASES } from "../harness/memory-order.ts";
import type { Row } from "../harness/question.ts";
import { runtimeVersion } from "../harness/runtime-version.ts";

const PROGRAM = fileURLToPath(new URL("../harness/memory-program.ts", import.meta.url));
// A young generation so large that nothing is collected while it is looked at.
const FLAGS = ["--expose-gc", "--max-semi-space-size=512", "--min-semi-space-size=512", "--no-warnings"];
const TIME_LIMIT_MS = 120_000;

export const question: HostQuestion = {
  name: "memory",
  async measure({ isQuick, only }, onProgress) {
    const { candidates, failed, files } = await importCandidates([], only, () => {});
    const cases = MEMORY_CASES.map((name) => {
      onProgress(name);
      const rows = candidates.flatMap((candidate, i) =>
        (candidate.functions ?? []).map(({ label }): Row => {
          const order: MemoryOrder = { file: files[i] ?? "", label, case: name, isQuick };
          return { candidate: candidate.name, label, ...measureOne(order) };
        }),
      );
      return { name, rows: [...rows, ...failed] };
    });
    return { version: runtimeVersion(), cases };
  },
};

function measureOne(order: MemoryOrder): Pick<Row, "value" | "failure"> {
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [...FLAGS, PROGRAM, JSON.stringify(order)], {
    encoding: "utf8",
    timeout: TIME_LIMIT_MS,
  });
  const line = stdout.trim().split("\n").at(-1) ?? "";
  if (status === 0 && line.startsWith("{")) return JSON.parse(line) as Pick<Row, "value" | "failure">;
  return { failure: `ends the process: ${signal ?? `exit ${status}`} (${stderr.trim().split("\n").at(-1) ?? ""})` };
}
