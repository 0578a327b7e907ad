import type { Backend, Operation } from "./backend.ts";

/** Makes a backend that does what another does, each operation run by a function of one's own. */
export function around(
  backend: Backend,
  run: <Result>(operation: Operation, work: () => Promise<Result>) => Promise<Result>,
): Backend {
  const { getMany, setMany, deleteMany, list, compareAndSet } = backend;
  return {
    name: backend.name,
    capabilities: backend.capabilities,
    get: (...args) => run("get", () => backend.get(...args)),
    set: (...args) => run("set", () => backend.set(...args)),
    delete: (...args) => run("delete", () => backend.delete(...args)),
    ...(getMany && { getMany: (...args) => run("getMany", () => getMany.apply(backend, args)) }),
    ...(setMany && { setMany: (...args) => run("setMany", () => setMany.apply(backend, args)) }),
    ...(deleteMany && { deleteMany: (...args) => run("deleteMany", () => deleteMany.apply(backend, args)) }),
    ...(list && { list: (...args) => run("list", () => list.apply(backend, args)) }),
    ...(compareAndSet && {
      compareAndSet: (...args) => run("compareAndSet", () => compareAndSet.apply(backend, args)),
    }),
  };
}
