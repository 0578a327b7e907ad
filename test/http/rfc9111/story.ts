import { expect, it, vi } from "vitest";
import { formatHttpDate } from "../../../src/http/rfc/dates.ts";
import { cachedFetch } from "../../../src/http/fetch.ts";
import { cachedHandler } from "../../../src/http/handler.ts";
import type { HttpOptions } from "../../../src/http/options.ts";
import { type CacheEvent, createCache, memory } from "../../../src/index.ts";

/** A field's value; several are lines of their own, and a function is given the time, in epoch milliseconds. */
export type FieldValue = string | readonly string[] | ((now: number) => string);

export type Fields = Readonly<Record<string, FieldValue>>;

/** What the origin answers; without a body, one that tells the number of the run. */
export interface Answer {
  readonly status: number;
  readonly fields: Fields;
  readonly body: string | undefined;
}

/** How the origin answers until the next script: always the same, by throwing, or as a function says. */
export type Script = Answer | "throws" | ((request: Request, run: number) => Response | Promise<Response>);

/** One request, and what is expected of its answer. All expectations that are left out are the obvious ones. */
export interface Step {
  /** The seconds that pass before. */
  readonly after?: number;
  readonly origin?: Script;

  readonly method?: string;
  readonly url?: string;
  readonly send?: Fields;
  readonly payload?: string;

  /**
   * Where the answer is from: the origin, which is the default; the cache; the cache after a 304 of the origin. Or there is
   * none, for the origin threw.
   */
  readonly from?: "origin" | "cache" | "validated" | "error";
  /** How often the origin is asked on account of the request. @default once, and of an answer from the cache never */
  readonly runs?: number;
  readonly status?: number;
  /** Fields of the answer; `null`: it has none such. */
  readonly fields?: Readonly<Record<string, FieldValue | RegExp | null>>;
  readonly body?: string;
  /** Fields of the request that the origin saw last; `null`: it had none such. */
  readonly forwarded?: Readonly<Record<string, FieldValue | RegExp | null>>;
  readonly forwardedMethod?: string;
}

/** What is on where nothing is said. */
export const DEFAULTS: HttpOptions = {};

/** Everything by which a cache answers more than RFC 9111 asks it to. */
export const EVERY_OPTION: HttpOptions = {
  heuristic: true,
  setCookie: true,
  contentLocation: true,
  staleIfError: "1h",
};

export const ORIGIN = "https://shop.example";
const PAGE = `${ORIGIN}/page`;
// After the epoch of no format and before the end of none.
const START = Date.UTC(2026, 5, 1, 12);
const SECOND_MS = 1_000;
const RUN_FIELD = "x-run";
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** A date so many seconds from the time at which it is written. */
export function at(seconds: number): (now: number) => string {
  return (now) => formatHttpDate(now + seconds * SECOND_MS);
}

export function ok(fields: Fields = {}, body?: string): Answer {
  return { status: 200, fields, body };
}

export function answer(status: number, fields: Fields = {}, body?: string): Answer {
  return { status, fields, body };
}

export function notModified(fields: Fields = {}): Answer {
  return { status: 304, fields, body: undefined };
}

/** Tells a story twice: with the defaults, and with every option on. */
export function story(title: string, steps: readonly Step[]): void {
  storyWith(DEFAULTS, title, steps);
  storyWith(EVERY_OPTION, `${title}, with every option on`, steps);
}

export function storyWith(options: HttpOptions, title: string, steps: readonly Step[]): void {
  it(title, () => onStage(options, (stage) => stage.play(steps)));
}

/** Tells a story of a cache for one user. */
export function privateStory(title: string, steps: readonly Step[]): void {
  it(title, () => onStage(DEFAULTS, (stage) => stage.play(steps), true));
}

/** Gives a scene a stage with a clock that stands still but for `pass()`. */
export async function onStage<Result>(
  options: HttpOptions,
  scene: (stage: Stage) => Promise<Result>,
  isPrivate = false,
): Promise<Result> {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  try {
    return await scene(new Stage(options, isPrivate));
  } finally {
    vi.useRealTimers();
  }
}

/** A cache before an origin that follows a script. */
export class Stage {
  readonly events: CacheEvent[] = [];
  /** What the origin was asked, in order. */
  readonly seen: Request[] = [];
  script: Script = ok();
  readonly handler: (request: Request) => Promise<Response>;
  readonly invalidate: (url: string | Request) => Promise<void>;
  readonly #work: Promise<unknown>[] = [];
  readonly #answers = new Map<string, Answer & { readonly body: string }>();
  #error: Error | undefined;

  constructor(options: HttpOptions, isPrivate: boolean) {
    const cache = createCache({
      backend: memory(),
      onEvent: (event) => this.events.push(event),
      waitUntil: (work) => this.#work.push(work),
      unversioned: "source",
    });
    // Longer than any pause of a busy machine, whose clock goes on behind the one that stands still.
    const common = { cache, name: "origin", flightTimeout: "1m", ...options } as const;
    const origin = (request: Request): Promise<Response> => this.#run(request);
    const cached = isPrivate
      ? cachedFetch({ ...common, mode: "private", fetch: (request) => origin(request as Request) })
      : cachedHandler(origin, { version: 1, ...common });
    this.handler = cached;
    this.invalidate = (url) => cached.invalidate(url);
  }

  get runs(): number {
    return this.seen.length;
  }

  /** Lets time pass. */
  pass(seconds: number): void {
    vi.setSystemTime(Date.now() + seconds * SECOND_MS);
  }

  /** Waits until nothing runs in the background any more. */
  async settle(): Promise<void> {
    while (this.#work.length > 0) await Promise.allSettled(this.#work.splice(0));
  }

  request({ url = PAGE, method = "GET", send = {}, payload }: Step = {}): Request {
    const resource = new URL(url, ORIGIN);
    return new Request(resource, { method, headers: linesOf(send), ...(payload !== undefined && { body: payload }) });
  }

  /** Asks, reads the whole answer, and waits for what goes on behind it. */
  async ask(step: Step = {}): Promise<{ readonly response: Response; readonly body: string }> {
    const response = await this.handler(this.request(step));
    const body = await response.text();
    await this.settle();
    return { response, body };
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const [index, step] of steps.entries()) await this.#play(step, `request ${index + 1}`);
  }

  async #play(step: Step, who: string): Promise<void> {
    const { from = "origin", runs = from === "cache" ? 0 : 1 } = step;
    this.pass(step.after ?? 0);
    if (step.origin !== undefined) this.script = step.origin;
    const before = this.runs;
    if (from === "error") {
      await expect(this.ask(step), `${who}: fails`).rejects.toSatisfy((error) => error === this.#error);
      await this.settle();
    } else this.#check(step, who, before, await this.ask(step));
    expect(this.runs - before, `${who}: how often the origin is asked`).toBe(runs);
    const last = this.seen.at(-1);
    if (step.forwardedMethod !== undefined) expect(last?.method, `${who}: method`).toBe(step.forwardedMethod);
    if (last !== undefined) expectFields(last.headers, step.forwarded ?? {}, `${who}: the origin sees`);
    if (from === "validated")
      expect(
        ["if-none-match", "if-modified-since"].some((name) => last?.headers.has(name)),
        who,
      ).toBe(true);
  }

  #check(step: Step, who: string, before: number, told: { readonly response: Response; readonly body: string }): void {
    const { from = "origin", method = "GET" } = step;
    const { response, body } = told;
    const run = response.headers.get(RUN_FIELD) ?? "";
    if (this.#answers.has(run)) {
      const source = Number(run) > before ? "origin" : "cache";
      expect(source, `${who}: where the answer is from`).toBe(from === "validated" ? "cache" : from);
    }
    const made = this.#answers.get(run);
    expect(response.status, `${who}: status`).toBe(step.status ?? made?.status ?? response.status);
    const isWhole = !BODILESS.has(response.status) && response.status === made?.status && method !== "HEAD";
    expect(body, `${who}: body`).toBe(step.body ?? (isWhole ? made.body : body));
    expectFields(response.headers, step.fields ?? {}, `${who}: the client sees`);
  }

  async #run(request: Request): Promise<Response> {
    this.seen.push(request.clone());
    const run = this.runs;
    const { script } = this;
    if (typeof script === "function") return script(request, run);
    if (script === "throws") throw (this.#error = new Error(`run ${run} fails`));
    const { status, fields, body = `run ${run}` } = script;
    const headers = linesOf(fields);
    // What 304 and HEAD say is about a response of another run.
    if (status !== 304 && request.method !== "HEAD") {
      headers.set(RUN_FIELD, String(run));
      this.#answers.set(String(run), { status, fields, body });
    }
    const isEmpty = BODILESS.has(status) || request.method === "HEAD";
    return new Response(isEmpty ? null : body, { status, headers });
  }
}

function linesOf(fields: Fields): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) {
    for (const line of valuesOf(value)) headers.append(name, line);
  }
  return headers;
}

function valuesOf(value: FieldValue): readonly string[] {
  if (typeof value === "function") return [value(Date.now())];
  return typeof value === "string" ? [value] : value;
}

function expectFields(headers: Headers, expected: NonNullable<Step["fields"]>, what: string): void {
  for (const [name, value] of Object.entries(expected)) {
    const actual = headers.get(name);
    if (value instanceof RegExp) expect(actual, `${what} ${name}`).toMatch(value);
    else expect(actual, `${what} ${name}`).toBe(value === null ? null : valuesOf(value).join(", "));
  }
}
