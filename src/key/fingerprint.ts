import { functions as built } from "@autocache/edge/manifest";
import type { Manifest, ManifestEntry } from "../manifest.ts";

/** What the build plugin adds to the call that caches a function: docs/fingerprints.md. */
export interface Fingerprint {
  /** Covers the function and everything it reaches. */
  readonly fp: string;
  /** What the function is called in the source. */
  readonly name?: string;
  /** The fingerprint of the generation before. */
  readonly previous?: string;
  /** The values of the variables that the function captures, by name. */
  readonly captured?: () => Readonly<Record<string, unknown>>;
}

// Set on a function that is handed to a wrapper of the user's own, and on a class.
const ON_FUNCTION = Symbol.for("autocache.fingerprint");
const ON_CLASS = Symbol.for("autocache.class");

const registered = new Map<string, ManifestEntry>();
let count = 0;

/**
 * Registers the fingerprints of functions by their names, for a runtime without a build: a module that
 * `autocache fingerprint --module` writes calls it. It may run before or after the functions are cached, but before their
 * first calls.
 *
 * @throws {TypeError} where it is not a manifest of this format
 */
export function registerManifest(manifest: Manifest): void {
  const { format, functions } = (manifest ?? {}) as Partial<Manifest>;
  if (format !== 1 || typeof functions !== "object" || functions === null) {
    throw new TypeError(
      `Cannot register a manifest: it is what \`autocache fingerprint\` writes, of format 1: received ${
        typeof manifest === "object" ? `format ${String(format)}` : typeof manifest
      }`,
    );
  }
  for (const [name, entry] of Object.entries(functions)) registered.set(name, entry);
  count += 1;
}

/** How many manifests were registered so far: after each, names may stand for other code. */
export function registrations(): number {
  return count;
}

/** Finds a function in the manifest. */
export function inManifest(name: string): ManifestEntry | undefined {
  return registered.get(name) ?? ownOf(built, name);
}

/** The fingerprint that came with a call, or with the function itself. */
export function fingerprintOf(given: unknown, fn: object): Fingerprint | undefined {
  return [given, ownOf(fn, ON_FUNCTION)].find(isFingerprint);
}

/** The fingerprint of a class that extends one with cached methods. */
export function fingerprintOfClass(of: object): string | undefined {
  const own = ownOf(of, ON_CLASS);
  return typeof own === "string" ? own : undefined;
}

function ownOf<Of extends object>(of: Of, key: PropertyKey): Of[keyof Of] | undefined {
  return Object.hasOwn(of, key) ? of[key as keyof Of] : undefined;
}

// Whatever else is passed behind the options, as by `functions.map(cache.cached)`, is nothing to us.
function isFingerprint(value: unknown): value is Fingerprint {
  return typeof (value as Partial<Fingerprint> | null | undefined)?.fp === "string";
}
