import type { DevServer } from "../../scripts/dev-server.ts";

/** What was started, or is about to be: ended by its own handle, whatever ends this program. */
const started = new Set<Promise<DevServer>>();

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

for (const [signal, number] of Object.entries(SIGNALS)) {
  process.once(signal, () => void endAll().finally(() => process.exit(128 + number)));
}

/** Starts a server, hands its URL to `work`, and ends it afterwards. */
export async function withServer<Value>(
  start: () => Promise<DevServer>,
  work: (url: string) => Promise<Value>,
): Promise<Value> {
  const starting = start();
  started.add(starting);
  try {
    const server = await starting;
    const died = server.exited.then((code) => {
      if (!started.has(starting)) return new Promise<never>(() => {});
      throw new Error(`Cannot go on with ${server.url}: its server has to run until the end: received exit ${code}`);
    });
    // Only of interest while the work goes on.
    died.catch(() => {});
    return await Promise.race([work(server.url), died]);
  } finally {
    started.delete(starting);
    await end(starting);
  }
}

async function endAll(): Promise<void> {
  const all = [...started];
  started.clear();
  await Promise.all(all.map(end));
}

async function end(starting: Promise<DevServer>): Promise<void> {
  const server = await starting.catch(() => undefined);
  await server?.stop();
}
