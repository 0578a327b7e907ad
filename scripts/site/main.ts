/**
 * `npm run site`: builds the documentation site in site/. `-- --serve` serves it too, on 127.0.0.1, at the port of `PORT`;
 * `--base /edge/` says where it will be served, `--out` where to write it.
 */
import { parseArgs } from "node:util";
import { serve } from "./server.ts";
import { buildSite } from "./site.ts";

const DEFAULT_PORT = 8790;

const { values } = parseArgs({
  options: {
    base: { type: "string", default: "/" },
    out: { type: "string", default: "site" },
    serve: { type: "boolean", default: false },
  },
});
const base = `/${values.base}/`.replaceAll(/\/{2,}/g, "/");
const startedAt = performance.now();
const pages = await buildSite({ out: values.out, base });
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(`${pages.length} pages in ${values.out}/ after ${seconds} s`);
if (values.serve) {
  const { url } = await serve(values.out, base, Number(process.env["PORT"] ?? DEFAULT_PORT));
  console.log(`Serving on ${url}`);
}
