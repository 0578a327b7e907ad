import type { Context } from "hono";
import type { StatusCode } from "hono/utils/http-status";

type Answer = Response | Promise<Response>;

// The methods of a context that make a response.
const MAKERS: ReadonlySet<string> = new Set(["body", "html", "json", "newResponse", "redirect", "text"]);
// Without them a response would be kept that must not be; none of them is of one visitor.
const ALWAYS_KEPT = /^(?:content-type|expires|vary|(?:.+-)?cache-control)$/;

/** Calls what is bound to `outer`, and gives a response that has nothing of `outer`, but what `inner` has prepared. */
export function speakFor(outer: Context, inner: Context, made: WeakSet<object>, call: () => Answer): Answer {
  const answer = speakWhile(outer, inner, made, call);
  if (!(answer instanceof Promise)) return answer;
  // From the moment that `res` exists, responses are made with a copy of the headers of `outer`, not with the same.
  void outer.res;
  return answer.then((response) => {
    if (made.has(response)) return response;
    const headers = [...headersBeyond(response.headers, outer.res.headers)];
    return inner.newResponse(response.body, { status: response.status as StatusCode, headers });
  });
}

/**
 * Makes every property of `outer` that of `inner` while `call` runs, up to its first `await`: `outer` may be in use by
 * others at any time after that. `made` gets the responses that were made meanwhile.
 */
export function speakWhile<Value>(outer: Context, inner: Context, made: WeakSet<object>, call: () => Value): Value {
  const own = Object.getOwnPropertyDescriptors(outer);
  const names = new Set([...Object.getOwnPropertyNames(Object.getPrototypeOf(inner)), ...Object.keys(inner)]);
  names.delete("constructor");
  for (const name of names) {
    Object.defineProperty(outer, name, {
      configurable: true,
      enumerable: true,
      get: () => (MAKERS.has(name) ? recorded(Reflect.get(inner, name), made) : Reflect.get(inner, name)),
      set(value: unknown) {
        Reflect.set(inner, name, value);
      },
    });
  }
  try {
    return call();
  } finally {
    for (const name of names) Reflect.deleteProperty(outer, name);
    Object.defineProperties(outer, own);
  }
}

/** Wraps a maker of responses, so that those made are known. */
function recorded(make: (...args: unknown[]) => Answer, made: WeakSet<object>): (...args: unknown[]) => Answer {
  return (...args) => {
    const answer = make(...args);
    if (answer instanceof Promise) {
      return answer.then((response) => {
        made.add(response);
        return response;
      });
    }
    made.add(answer);
    return answer;
  };
}

/** Leaves away the headers that another response has with the same value, but for those that say how to cache. */
function headersBeyond(headers: Headers, others: Headers): Headers {
  const cookies = new Set(others.getSetCookie());
  const beyond = [...headers].filter(([name, value]) => {
    if (name === "set-cookie") return !cookies.has(value);
    return ALWAYS_KEPT.test(name) || value !== others.get(name);
  });
  return new Headers(beyond);
}
