/**
 * Stands for the library in the bundles of the matrix: notes what each function is cached with, and calls it as it is.
 * What counts as a function's version is what the library takes for it: the fingerprint that was injected, or that of
 * the manifest, and the captured values in their order.
 */
import { functions } from "@autocache/edge/manifest";

const calls = (globalThis[Symbol.for("autocache.matrix")] ??= []);

function note(fn, options, record) {
  const name = options?.name ?? fn.name;
  const entry = record ?? functions[name];
  calls.push({
    name,
    text: Function.prototype.toString.call(fn),
    fingerprint: entry?.fp,
    captured: () => Object.values(entry?.captured?.() ?? {}),
  });
  return fn;
}

export function cached(target, options, record) {
  if (typeof target === "function") return note(target, options, record);
  return (fn, context) => (context === undefined ? note(fn, target, options) : void note(fn, target, options));
}

export function createCache() {
  return { cached };
}
