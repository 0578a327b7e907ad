import { WorkerEntrypoint } from "cloudflare:workers";
import type { PackageFacts } from "./data.ts";

const DELAY_MS = 300;

/**
 * A slow service: it takes 300 ms to tell about one package. It is an entrypoint of its own, which the example
 * calls with `fetch` over `exports`, as it would call another Worker.
 */
export class Upstream extends WorkerEntrypoint<Cloudflare.Env> {
  override async fetch(request: Request): Promise<Response> {
    const name = decodeURIComponent(new URL(request.url).pathname.slice(1));
    const response = await this.env.ASSETS.fetch("https://assets.invalid/data/packages.json");
    const packages: readonly PackageFacts[] = await response.json();
    await new Promise((resolve) => setTimeout(resolve, DELAY_MS));
    const facts = packages.find((candidate) => candidate.name === name);
    return facts === undefined ? new Response(`No package ${name}`, { status: 404 }) : Response.json(facts);
  }
}
