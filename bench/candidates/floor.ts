/** What a good engineer writes by hand in five lines: it keys wrongly, and never expires. */
import type { AsyncFunction, Candidate } from "../candidate.ts";

function byText(origin: AsyncFunction): AsyncFunction {
  const values = new Map<string, unknown>();
  return async (...args) => {
    const key = JSON.stringify(args);
    const known = values.get(key);
    if (known !== undefined) return known;
    const value = await origin(...args);
    values.set(key, value);
    return value;
  };
}

function promisesByText(origin: AsyncFunction): AsyncFunction {
  const promises = new Map<string, Promise<unknown>>();
  return (...args) => {
    const key = JSON.stringify(args);
    let promise = promises.get(key);
    if (promise === undefined) promises.set(key, (promise = origin(...args)));
    return promise;
  };
}

function promisesByArgument(origin: AsyncFunction): AsyncFunction {
  const promises = new Map<unknown, Promise<unknown>>();
  return (argument) => {
    let promise = promises.get(argument);
    if (promise === undefined) promises.set(argument, (promise = origin(argument)));
    return promise;
  };
}

export const candidate: Candidate = {
  name: "by hand",
  packages: [],
  functions: [
    { label: "Map.get(JSON.stringify(args)), async", keying: "JSON text", setUp: byText },
    { label: "Map of promises", keying: "JSON text", setUp: promisesByText },
    { label: "Map of promises by the argument itself", keying: "first argument", setUp: promisesByArgument },
  ],
  texts: [{ label: "JSON.stringify", encode: (args) => JSON.stringify(args) }],
  codecs: [
    {
      label: "JSON",
      encode: (value) => JSON.stringify(value),
      decode: (text) => JSON.parse(text as string) as unknown,
    },
  ],
};
