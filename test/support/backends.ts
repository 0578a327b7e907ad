import type { Backend, Envelope } from "../../src/index.ts";

/** A backend made of a memory() with some methods replaced: for failures that no real storage produces on demand. */
export function altered(backend: Backend, changes: Partial<Backend>): Backend {
  return {
    name: backend.name,
    capabilities: backend.capabilities,
    get: (...args) => backend.get(...args),
    set: (...args) => backend.set(...args),
    delete: (...args) => backend.delete(...args),
    ...changes,
  };
}

/** A promise whose end the test decides. */
export class Gate<Value = void> {
  readonly promise: Promise<Value>;
  open!: (value: Value) => void;
  break!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.open = resolve;
      this.break = reject;
    });
  }
}

/** A backend that counts its operations. */
export function counted(backend: Backend): Backend & { readonly operations: string[] } {
  const operations: string[] = [];
  return {
    ...altered(backend, {
      get: (key, context) => (operations.push("get"), backend.get(key, context)),
      set: (key, envelope: Envelope, options, context) => (
        operations.push("set"),
        backend.set(key, envelope, options, context)
      ),
      delete: (key, context) => (operations.push("delete"), backend.delete(key, context)),
    }),
    operations,
  };
}
