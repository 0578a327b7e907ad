/** `npm start`: builds the package, serves the example Worker and says where. `PORT` asks for another port. */
import { spawnSync } from "node:child_process";
import { HOST, isFree, startWranglerDev } from "./wrangler-dev.ts";

const DEFAULT_PORT = 8787;
const TRIED_PORTS = 20;

/** The port asked for, or the first free one from the default on. */
async function choosePort(): Promise<number> {
  const asked = process.env["PORT"];
  if (asked !== undefined && asked !== "") return Number(asked);
  for (let port = DEFAULT_PORT; port < DEFAULT_PORT + TRIED_PORTS; port++) {
    if (await isFree(port)) return port;
  }
  return 0;
}

const build = spawnSync("npm", ["run", "--silent", "build"], { stdio: "inherit" });
if (build.status !== 0) process.exit(build.status ?? 1);

const server = await startWranglerDev({
  port: await choosePort(),
  onOutput: (text) => void process.stdout.write(text),
}).catch((error: Error) => {
  // What wrangler said has been shown already.
  console.error(error.message.split("\n", 1)[0]);
  return process.exit(1);
});
// Ctrl-C reaches the server too, as a member of the same group: this process only waits for it.
process.on("SIGINT", () => {});
process.once("SIGTERM", () => void server.stop());

console.log(`\nThe example Worker runs on ${HOST}, its state is kept in .wrangler/state; stop it with Ctrl-C. Open:\n`);
console.log(`  ${server.url}/`);
process.exitCode = (await server.exited) ?? 0;
