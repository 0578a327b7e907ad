/** What a middleware of a web framework is built on: no part of the package's public interface. */
export { storeOf } from "../cache.ts";
export type { Store } from "../store.ts";
export type { ResponseFacts } from "./cache-status.ts";
export { HandlerCode } from "./handler.ts";
export { HttpCache } from "./http-cache.ts";
export type { Answered } from "./visit.ts";
export { type HttpOptions, resolveHttpOptions } from "./options.ts";
export type { OriginAnswer, RunContext } from "./origin.ts";
