/** Bare workerd on a free port of loopback, as a program: its arguments are workerd, and a configuration with a socket "http". */
import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { createInterface } from "node:readline";

const CONTROL = 3;
const [workerd = "", configuration = ""] = process.argv.slice(2);

const child = spawn(workerd, ["serve", configuration, `--control-fd=${CONTROL}`], {
  stdio: ["ignore", "inherit", "inherit", "pipe"],
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
process.once("exit", () => child.kill());
child.once("exit", (code) => process.exit(code ?? 1));

for await (const line of createInterface({ input: child.stdio[CONTROL] as Readable })) {
  const message = JSON.parse(line) as { readonly event: string; readonly port?: number };
  if (message.event === "listen") console.log(`Listening on http://127.0.0.1:${message.port}`);
}
