/** The suite's own server on a free port of loopback, as a program: its arguments are the checkout and a file for its process id. */
import { Server } from "node:net";
import { pathToFileURL } from "node:url";

const [suite = "", pidFile = ""] = process.argv.slice(2);
process.env["npm_config_protocol"] = "http";
process.env["npm_config_port"] = "0";
process.env["npm_config_pidfile"] = pidFile;

// It would listen on every interface, and has no setting for it.
Server.prototype.listen = new Proxy(Server.prototype.listen, {
  apply: (listen, server) => Reflect.apply(listen, server, [{ host: "127.0.0.1", port: 0 }]) as Server,
});

await import(pathToFileURL(`${suite}/test-engine/server/server.mjs`).href);
