import type { Backend, OperationContext } from "@autocache/edge";
import { expect } from "vitest";

export const minute: { readonly ttlMs: number } = { ttlMs: 60_000 };

export function everyOperation(backend: Backend): (() => Promise<unknown>)[] {
  return [() => backend.get("key"), () => backend.set("key", { text: "a" }, minute), () => backend.delete("key")];
}

/** What a call is told that reads keys whose envelopes may have bytes. */
export function naming(...keys: readonly string[]): OperationContext {
  return { found() {}, failed() {}, waitUntil() {}, binary: new Set(keys) };
}

export async function rejection(work: Promise<unknown>): Promise<Error> {
  return await work.then(
    (value) => expect.fail(`it resolved with ${JSON.stringify(value)}`),
    (error: unknown) => error as Error,
  );
}

/** Notes the arguments of one method's calls, and makes them all the same. */
export function spy<Value extends object>(target: Value, method: keyof Value, calls: unknown[][]): Value {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        if (name === method) calls.push(args);
        return Reflect.apply(value, target, args);
      };
    },
  });
}
