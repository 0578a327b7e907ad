import * as fc from "fast-check";

/** What can be asked of a cached function, of a value kept by hand, or of all that has a tag or is of one function. */
export type Act = "call" | "invalidate" | "expire" | "set" | "refresh" | "peek" | "purge" | "invalidate tag";

/** One operation, in a request of its own; `times` of them at once. */
export interface Op {
  readonly act: Act;
  /** Which of the two caches over the same storage. */
  readonly isolate: number;
  readonly subject: number;
  readonly times: number;
}

/** What a storage does instead of its work. */
export type Fault = "fails" | "loses answers" | "hangs" | "is slow" | "corrupts";

/** The instants at which an entry's worth changes. */
export type Edge = "ttl" | "swr" | "staleIfError" | "retryAfter" | "errorTtl";

/** One step of a story. */
export type Command =
  | { readonly do: "ops"; readonly ops: readonly Op[] }
  | { readonly do: "again"; readonly op: Op; readonly turns: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "wait until"; readonly edge: Edge; readonly subject: number; readonly offsetMs: number }
  | { readonly do: "origin"; readonly takesMs: number; readonly fails: boolean }
  | { readonly do: "storage"; readonly fault: Fault | undefined; readonly on: "reads" | "writes" | "both" }
  | { readonly do: "corrupt"; readonly subject: number }
  | { readonly do: "kill"; readonly nth: number };

/** What is cached: two calls of one function, the same arguments of another, and a value under a key of one's own. */
export const SUBJECTS: readonly string[] = ["user(a)", "user(b)", "team(a)", "=note"];
/** Which of them is kept by hand: it can be called, set, invalidated and read. */
export const BY_HAND = 3;
const FUNCTIONS_ONLY: ReadonlySet<Act> = new Set<Act>(["expire", "refresh"]);
const REACH: Readonly<Partial<Record<Act, readonly number[]>>> = { purge: [0, 1], "invalidate tag": [0, 2] };

/** Whether an operation changes what is stored for a subject. */
export function changes({ act, subject }: Op, of: number): boolean {
  if (act === "call" || act === "peek") return false;
  return REACH[act]?.includes(of) ?? subject === of;
}

/** Whether it does so by a stamp, for all entries with a tag or of a function. */
export function isStamp({ act }: Op): boolean {
  return REACH[act] !== undefined;
}

function weighted<Value>(...choices: readonly (readonly [weight: number, value: Value])[]): fc.Arbitrary<Value> {
  return fc.oneof(...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));
}

const subject = weighted([8, 0], [1, 1], [1, 2], [2, BY_HAND]);

function op(subjects: fc.Arbitrary<number>): fc.Arbitrary<Op> {
  return fc
    .record({
      act: weighted<Act>(
        [9, "call"],
        [1, "invalidate"],
        [1, "expire"],
        [1, "set"],
        [1, "refresh"],
        [1, "peek"],
        [1, "purge"],
        [1, "invalidate tag"],
      ),
      isolate: weighted([4, 0], [1, 1]),
      subject: subjects,
      times: fc.oneof(
        { arbitrary: fc.constant(1), weight: 5 },
        { arbitrary: fc.integer({ min: 2, max: 4 }), weight: 1 },
      ),
    })
    .map((one) => (one.subject === BY_HAND && FUNCTIONS_ONLY.has(one.act) ? { ...one, act: "call" } : one));
}

function ops(subjects: fc.Arbitrary<number>): fc.Arbitrary<Command> {
  return fc.array(op(subjects), { minLength: 1, maxLength: 3 }).map((list): Command => ({ do: "ops", ops: list }));
}

/** Calls one after the other, with no time between: what the first comes to may answer the next. */
function again(subjects: fc.Arbitrary<number>): fc.Arbitrary<Command> {
  return fc
    .record({ op: op(subjects), turns: fc.integer({ min: 2, max: 4 }) })
    .map(({ op: one, turns }): Command => ({ do: "again", op: { ...one, act: "call" }, turns }));
}

function wait(...ms: number[]): fc.Arbitrary<Command> {
  return fc.constantFrom(...ms).map((one): Command => ({ do: "wait", ms: one }));
}

const waitUntil = fc
  .record({
    edge: fc.constantFrom<Edge>("ttl", "ttl", "swr", "staleIfError", "retryAfter", "errorTtl"),
    subject,
    offsetMs: fc.constantFrom(0, 0, -1, 1, 30),
  })
  .map((edge): Command => ({ do: "wait until", ...edge }));

function origin(...takesMs: number[]): fc.Arbitrary<Command> {
  return fc
    .record({ takesMs: fc.constantFrom(...takesMs), fails: weighted([2, false], [1, true]) })
    .map((state): Command => ({ do: "origin", ...state }));
}

function storage(...faults: (Fault | undefined)[]): fc.Arbitrary<Command> {
  return fc
    .record({
      fault: fc.constantFrom(...faults),
      on: fc.constantFrom<"reads" | "writes" | "both">("reads", "writes", "both"),
    })
    .map((state): Command => ({ do: "storage", ...state }));
}

const corrupt = subject.map((which): Command => ({ do: "corrupt", subject: which }));
const kill = fc.integer({ min: 0, max: 5 }).map((nth): Command => ({ do: "kill", nth }));

function storyOf(maxLength: number, ...steps: readonly (readonly [weight: number, of: fc.Arbitrary<Command>])[]) {
  const step = fc.oneof(...steps.map(([weight, arbitrary]) => ({ weight, arbitrary })));
  return fc.array(step, { minLength: 2, maxLength, size: "max" });
}

/** Of everything that can happen. */
const broad = storyOf(
  24,
  [10, ops(subject)],
  [4, again(subject)],
  [5, wait(1, 10, 60, 150, 400, 1_000, 3_000, 12_000, 70_000, 700_000)],
  [3, waitUntil],
  [3, origin(0, 0, 10, 80, 500, 2_500, Infinity)],
  [2, storage(undefined, undefined, "fails", "loses answers", "hangs", "is slow", "corrupts")],
  [1, kill],
  [1, corrupt],
);

/** Of one key, and much at once: what is read, computed and written while it is being changed. */
const dense = storyOf(
  16,
  [10, ops(fc.constant(0))],
  [4, again(fc.constant(0))],
  [6, wait(1, 5, 20, 60, 200)],
  [1, waitUntil],
  [1, origin(0, 30, 200)],
  [2, storage(undefined, "is slow", "is slow", "fails")],
);

/** The steps of one story. */
export const story: fc.Arbitrary<Command[]> = fc.oneof(broad, dense);

/** A command as a line of a story. */
export function commandText(command: Command): string {
  switch (command.do) {
    case "ops":
      return command.ops.map(opText).join(" | ");
    case "again":
      return `${opText(command.op)}, in ${command.turns} turns`;
    case "wait":
      return `wait ${command.ms} ms`;
    case "wait until": {
      const { edge, offsetMs } = command;
      return `wait until ${edge} of ${SUBJECTS[command.subject]} ${offsetMs < 0 ? "-" : "+"} ${Math.abs(offsetMs)} ms`;
    }
    case "origin":
      return `the origin takes ${command.takesMs} ms and ${command.fails ? "fails" : "answers"}`;
    case "storage":
      return command.fault === undefined ? "the storage is well" : `the storage ${command.fault} on ${command.on}`;
    case "corrupt":
      return `the entry of ${SUBJECTS[command.subject]} is corrupted`;
    case "kill":
      return `the ${command.nth + 1}. last request dies`;
  }
}

export function opText({ act, isolate, subject: which, times }: Op): string {
  const whose = REACH[act] === undefined ? ` ${SUBJECTS[which]}` : act === "purge" ? " user" : " id:a";
  return `${times > 1 ? `${times} x ` : ""}${act}${whose} in isolate ${isolate}`;
}
