import { Calls } from "./calls.ts";
import { kindName } from "./checks.ts";
import type { Callable } from "./key/version.ts";
import type { AnyFunctionOptions } from "./function-options.ts";
import type { SimpleStore } from "./simple-store.ts";
import type { Trace } from "./trace.ts";

/** A function whose results are cached: called as the original, with its results awaited. */
export interface CachedFunction<Args extends readonly unknown[], Value> {
  /**
   * Answers from the cache, or runs the function and stores its result.
   *
   * @throws what the function throws, the very same; {TypeError} where an argument cannot be in a key, or the result
   *   cannot be stored. Never because a backend failed.
   */
  (...args: Args): Promise<Value>;
  /** Calls as usual, and tells what happened. */
  trace(...args: Args): Promise<Trace<Value>>;
  /**
   * Calls with several lists of arguments: what is stored is read in as few operations as the backend can, and what is
   * not is computed side by side. Answers in the order of the lists.
   *
   * @throws the error of the first call that has one
   */
  many(argsList: readonly Args[]): Promise<Value[]>;
  /** Removes the entry of these arguments: the next call misses. Rejects where the backend fails, because the entry may then still be there. */
  invalidate(...args: Args): Promise<void>;
  /** Marks the entry of these arguments as expired, and keeps it. */
  expire(...args: Args): Promise<void>;
  /** Runs the function whatever is stored, and replaces the entry by its result. */
  refresh(...args: Args): Promise<Value>;
  /** Reads the entry of these arguments without running the function: `undefined` where there is no fresh one. */
  peek(...args: Args): Promise<Value | undefined>;
  /** Stores a value for these arguments, as if the function had returned it; resolves when the backend has accepted it. */
  set(args: Args, value: Value): Promise<void>;
  /**
   * Makes every entry of the function invalid, of every version, by one write: nothing is scanned. Other isolates see it
   * within `tagTtl` and what their backend takes.
   *
   * @throws {AutocacheError} `unsupported` where the function has no `tags` and the cache is not `purgeable`
   */
  purge(): Promise<void>;
  /** The cache key of these arguments. */
  keyOf(...args: Args): Promise<string>;
  /** The function as it was given. */
  readonly original: (...args: Args) => Value | Promise<Value>;
}

/** What `cached(options)` makes: a decorator of methods, and just as well a wrapper of functions. */
export interface CachedDecorator<Args extends readonly unknown[], Value> {
  <This, MethodArgs extends Args, Result extends Value>(
    method: (this: This, ...args: MethodArgs) => Promise<Result>,
    context: ClassMethodDecoratorContext<This, (this: This, ...args: MethodArgs) => Promise<Result>>,
  ): (this: This, ...args: MethodArgs) => Promise<Result>;
  <FnArgs extends Args, Result extends Value>(
    fn: (...args: FnArgs) => Result | Promise<Result>,
    // A decorator of a getter or a setter has a context too: without this it would pass for a function that is wrapped.
    context?: undefined,
  ): CachedFunction<FnArgs, Result>;
}

// From a decorated method to its calls, for cachedMethod(): a decorator cannot change a method's type.
const methods = new WeakMap<object, Calls>();

/**
 * Wraps a function, or makes the decorator that will.
 *
 * @param options those of the function; of a decorator, whose options stand in front, what the build plugin has passed
 * @param fingerprint what the build plugin has passed behind the options of a function
 */
export function wrap(
  store: SimpleStore,
  target: Callable | AnyFunctionOptions = {},
  options: AnyFunctionOptions = {},
  fingerprint?: unknown,
): CachedFunction<unknown[], unknown> | CachedDecorator<unknown[], unknown> {
  if (typeof target === "function") return bind(new Calls(store, target, options, { fingerprint }));
  const decorate = (fn: Callable, context?: ClassMethodDecoratorContext, ofFunction?: unknown): unknown => {
    if (context === undefined) {
      requireCallable(fn);
      return bind(new Calls(store, fn, target, { fingerprint: ofFunction }));
    }
    requireMethod(context);
    const named = { name: String(context.name), ...target };
    const method = function (this: unknown, ...args: unknown[]): Promise<unknown> {
      return calls.call(this, args);
    };
    const calls = new Calls(store, fn, named, {
      method: { fn: method, key: context.name, isStatic: context.static },
      fingerprint: options,
    });
    methods.set(method, calls);
    return copyName(method, fn);
  };
  return decorate as CachedDecorator<unknown[], unknown>;
}

/** The cached calls behind a decorated method. */
export function callsOfMethod(method: unknown): Calls | undefined {
  return typeof method === "function" ? methods.get(method) : undefined;
}

const OF_ARGUMENTS = ["trace", "invalidate", "expire", "refresh", "peek", "keyOf"] as const;

/** Makes the function that a user holds. */
export function bind(calls: Calls, self?: unknown): CachedFunction<unknown[], unknown> {
  const call = (...args: unknown[]): Promise<unknown> => calls.call(self, args);
  const ofArguments = OF_ARGUMENTS.map((name) => [name, (...args: unknown[]) => calls[name](self, args)] as const);
  return Object.assign(copyName(call, calls.source), Object.fromEntries(ofArguments), {
    many: (argsList: readonly unknown[][]) => calls.many(self, argsList),
    set: (args: unknown[], value: unknown) => calls.set(self, args, value),
    purge: () => calls.purge(),
    original: calls.fn,
  }) as unknown as CachedFunction<unknown[], unknown>;
}

function copyName<Fn extends object>(to: Fn, from: Callable): Fn {
  return Object.defineProperties(to, {
    name: { value: from.name, configurable: true },
    length: { value: from.length, configurable: true },
  });
}

function requireCallable(fn: unknown): void {
  if (typeof fn === "function") return;
  throw new TypeError(`Cannot cache a function: what is wrapped is a function: received ${kindName(fn)}`);
}

function requireMethod(context: unknown): asserts context is ClassMethodDecoratorContext {
  const { kind, name } = context as Partial<ClassMethodDecoratorContext>;
  if (kind === "method") return;
  throw new TypeError(
    typeof context === "object"
      ? `Cannot decorate "${String(name)}": cached() decorates methods: received a ${kind}`
      : `Cannot decorate "${String(context)}": cached() is a standard decorator: turn off experimentalDecorators`,
  );
}
