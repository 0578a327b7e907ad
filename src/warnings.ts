import type { Backend } from "./backend.ts";

// By the backend, because functions that share one can share entries, in whichever caches they are.
const told = new WeakMap<Backend, Set<string>>();
const living = new WeakMap<Backend, Map<string, WeakRef<object>>>();

/** Tells whether this is said for the first time about what is kept in a backend. */
export function isFirst(backend: Backend, fact: string): boolean {
  const facts = told.get(backend) ?? new Set();
  told.set(backend, facts);
  return facts.size < facts.add(fact).size;
}

/** Tells whether another function that is still alive has this front: the same name, version and namespace. */
export function hasTwin(backend: Backend, front: string, fn: object): boolean {
  const functions = living.get(backend) ?? new Map<string, WeakRef<object>>();
  living.set(backend, functions);
  const other = functions.get(front)?.deref();
  if (other === undefined) functions.set(front, new WeakRef(fn));
  return other !== undefined && other !== fn;
}
