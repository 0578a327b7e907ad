export { waitUntil } from "cloudflare:workers";
