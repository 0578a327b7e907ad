import process from "node:process";

const NS_PER_US = 1_000;

/** The CPU time that work takes this process, all threads included, in nanoseconds: another program's turn does not count. */
export async function cpuTimeOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  const pending = work();
  if (pending instanceof Promise) await pending;
  const { user, system } = process.cpuUsage(before);
  return (user + system) * NS_PER_US;
}
