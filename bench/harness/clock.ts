import process from "node:process";
import type { Cost } from "./interleave.ts";

const NS_PER_US = 1_000;

/** Times work by the CPU time of this process, all threads included: another program's turn does not count. */
export async function timed(work: () => unknown): Promise<Cost> {
  const start = performance.now();
  const before = process.cpuUsage();
  const pending = work();
  if (pending instanceof Promise) await pending;
  const { user, system } = process.cpuUsage(before);
  return { cpuNs: (user + system) * NS_PER_US, wallMs: performance.now() - start };
}
