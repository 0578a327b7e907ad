/** A function as callers have it, cached or not. */
export type AsyncFunction = (...args: unknown[]) => Promise<unknown>;

/**
 * What a call's key is made of: by the candidate, of all arguments; or by the bench, as `JSON.stringify` of them, which is
 * what the floor does too; or by the candidate, of the first argument alone.
 */
export type Keying = "own" | "JSON text" | "first argument";

/** How many entries a cache has room for, where it can be told. */
export const CAPACITY = 20_000;

/** A way to cache a function. */
export interface FunctionEntry {
  readonly label: string;
  readonly keying: Keying;
  /** Caches a function for an hour, with room for `CAPACITY` entries. */
  setUp(origin: AsyncFunction): AsyncFunction;
}

/** A way to write arguments as a text that equal ones share. */
export interface TextEntry {
  readonly label: string;
  encode(args: readonly unknown[]): string;
}

/** A way to make a storage key of arguments: a digest. */
export interface KeyEntry {
  readonly label: string;
  keyOf(args: readonly unknown[]): string | Promise<string>;
}

/** A way to write a value, and to read it. */
export interface CodecEntry<Encoded = unknown> {
  readonly label: string;
  encode(value: unknown): Encoded;
  decode(encoded: Encoded): unknown;
}

/** What a user ships, as the module that is bundled. */
export interface BundleEntry {
  readonly label: string;
  readonly code: string;
  /** Peer dependencies, which are left out. */
  readonly peers?: readonly string[];
  /** What the user ships anyway: the figure is what comes on top of it. */
  readonly besides?: string;
}

/** What a route of a Worker is answered by. */
export type RouteHandler = (request: Request, context: RouteContext) => Response | Promise<Response>;

export interface RouteContext {
  readonly kv: KvNamespace;
  waitUntil(work: Promise<unknown>): void;
}

/** What is used of the KV binding. */
export interface KvNamespace {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
}

/** What there is to answer with. */
export interface RouteOrigin {
  readonly headers: Readonly<Record<string, string>>;
  /** Makes the value of the body: what is cached where values are. */
  value(): unknown;
  /** Makes the body's text with some two milliseconds of work. */
  text(): string;
}

/** A way to answer a route in a Worker. */
export interface RouteEntry {
  readonly label: string;
  /** Whether it makes the body for each answer. */
  readonly isUncached?: true;
  create(origin: RouteOrigin): RouteHandler;
}

/** What is compared: one file of `candidates/` each, with what it has an answer to. */
export interface Candidate {
  readonly name: string;
  /** The packages whose versions are told beside the figures. */
  readonly packages: readonly string[];
  readonly functions?: readonly FunctionEntry[];
  readonly texts?: readonly TextEntry[];
  readonly keys?: readonly KeyEntry[];
  // Each entry knows its own encoded form; nobody else looks into it.
  readonly codecs?: readonly CodecEntry[];
  readonly bundles?: readonly BundleEntry[];
  readonly routes?: readonly RouteEntry[];
}
