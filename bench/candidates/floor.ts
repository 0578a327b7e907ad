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
  routes: [
    {
      label: "a static response",
      create({ text, headers }) {
        const body = text();
        return () => new Response(body, { headers });
      },
    },
    {
      label: "bytes from a Map by URL",
      create({ text, headers }) {
        const encoder = new TextEncoder();
        const bodies = new Map<string, Uint8Array<ArrayBuffer>>();
        return ({ url }) => {
          let body = bodies.get(url);
          if (body === undefined) bodies.set(url, (body = encoder.encode(text())));
          return new Response(body, { headers });
        };
      },
    },
    {
      label: "a value from a Map by URL, as JSON",
      create({ value, headers }) {
        const values = new Map<string, unknown>();
        return ({ url }) => {
          let known = values.get(url);
          if (known === undefined) values.set(url, (known = value()));
          return new Response(JSON.stringify(known), { headers });
        };
      },
    },
    {
      label: "a text from a Map by digest",
      create({ text, headers }) {
        const encoder = new TextEncoder();
        const bodies = new Map<string, string>();
        return async ({ url }) => {
          const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(JSON.stringify([url]))));
          const key = String.fromCharCode(...digest);
          let body = bodies.get(key);
          if (body === undefined) bodies.set(key, (body = text()));
          return new Response(body, { headers });
        };
      },
    },
    {
      label: "no cache: computed each time",
      isUncached: true,
      create:
        ({ text, headers }) =>
        () =>
          new Response(text(), { headers }),
    },
  ],
};
