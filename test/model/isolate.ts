import {
  type Backend,
  type Cache,
  type CachedFunction,
  type CacheEvent,
  type CacheOptions,
  type CallContext,
  callContext,
  createCache,
  type Trace,
} from "../../src/index.ts";
import { type Act, BY_HAND, type Op, SUBJECTS } from "./commands.ts";

/** What an answer says of itself: the key it is for, and which it is. */
export interface Value {
  readonly of: string;
  readonly id: string;
}

/** What comes of an operation: a value, or nothing; of a call of a function that asks for it, its trace. */
export interface Result {
  readonly value?: Value | undefined;
  readonly trace?: Trace<Value>;
  /** Whether a function was called as applications do. */
  readonly isPlain?: boolean;
}

/** What a function is called with: structures, so that they are compared as such. */
interface Asking {
  readonly id: string;
  readonly of: readonly string[];
  readonly none?: undefined;
}

export interface IsolateOptions {
  readonly backend: Backend;
  readonly options: CacheOptions;
  readonly isPicky: boolean;
  readonly isValidated: boolean;
  readonly isTagged: boolean;
  readonly random: () => number;
  readonly onEvent: (event: CacheEvent) => void;
  readonly run: (subject: number, context: CallContext | undefined) => Promise<Value>;
}

/** One cache as an application uses it, over a storage that another may share. */
export class Isolate {
  readonly cache: Cache;
  readonly #functions: readonly CachedFunction<[Asking], Value>[];
  readonly #args: readonly string[] = ["a", "b", "a"];
  readonly #random: () => number;
  readonly #run: IsolateOptions["run"];

  constructor({ backend, options, isPicky, isValidated, isTagged, random, onEvent, run }: IsolateOptions) {
    this.#random = random;
    this.#run = run;
    this.cache = createCache({ backend, ...options, onEvent });
    const make = (name: string): CachedFunction<[Asking], Value> =>
      this.cache.cached(async ({ id }: Asking) => run(SUBJECTS.indexOf(`${name}(${id})`), callContext()), {
        name,
        version: 1,
        ...(isPicky && { shouldCache: isWanted }),
        ...(isValidated && { validate: schema }),
        ...(isTagged && { tags: (_value: Value, { id }: Asking) => [`id:${id}`] }),
      });
    const user = make("user");
    this.#functions = [user, user, make("team")];
  }

  async perform({ act, subject }: Op, make: () => Value): Promise<Result> {
    if (act === "invalidate tag" || act === "purge") {
      await (act === "purge" ? this.#functions[0]?.purge() : this.cache.invalidateTags(["id:a"]));
      return {};
    }
    return subject === BY_HAND ? this.#byHand(act, make) : this.#byFunction(act, subject, make);
  }

  async #byFunction(
    act: Exclude<Act, "purge" | "invalidate tag">,
    subject: number,
    make: () => Value,
  ): Promise<Result> {
    const fn = this.#functions[subject];
    const id = this.#args[subject];
    if (fn === undefined || id === undefined) throw new RangeError(`no subject ${subject}`);
    const of = ["model"];
    // The same in either order.
    const asking: Asking = this.#random() < 0.5 ? { id, of } : { of, none: undefined, id };
    switch (act) {
      case "call":
        return this.#call(fn, asking);
      case "refresh":
        return { value: await fn.refresh(asking) };
      case "peek":
        return { value: await fn.peek(asking) };
      case "set":
        await fn.set([asking], make());
        return {};
      default:
        await fn[act](asking);
        return {};
    }
  }

  /** As applications call, which may be answered by a shortcut, or with a trace, which never is. */
  async #call(fn: CachedFunction<[Asking], Value>, asking: Asking): Promise<Result> {
    if (this.#random() < 0.75) return { value: await fn(asking), isPlain: true };
    const trace = await fn.trace(asking);
    return { value: trace.value, trace };
  }

  async #byHand(act: Act, make: () => Value): Promise<Result> {
    const isMany = this.#random() < 0.3;
    switch (act) {
      case "peek":
        return {
          value: isMany ? (await this.cache.getMany<Value>(["note"])).get("note") : await this.cache.get("note"),
        };
      case "set":
        await (isMany ? this.cache.setMany({ note: make() }) : this.cache.set("note", make()));
        return {};
      case "invalidate":
        await (isMany ? this.cache.deleteMany(["note"]) : this.cache.delete("note"));
        return {};
      default:
        return { value: await this.cache.getOrSet("note", () => this.#run(BY_HAND, undefined)) };
    }
  }
}

function isWanted({ id }: Value): boolean {
  return Number(id.slice(1, -1)) % 3 !== 0;
}

const schema = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: async (value: unknown) =>
      typeof (value as Value).id === "string" ? { value: value as Value } : { issues: [{ message: "not a value" }] },
  },
} as const;
