import type { Analysis } from "./analysis.ts";
import type { FoundCall } from "./found-call.ts";
import { functionOf, Origins } from "./origin.ts";
import type { Binding } from "./scope.ts";
import type { Origin } from "./summary.ts";

/** A call whose callee can be followed to a binding of the module. */
export interface Candidate {
  readonly call: FoundCall;
  /** Which of the shape's callees it calls. */
  readonly callee: number;
}

export interface Callees {
  readonly origins: readonly Origin[];
  readonly candidates: readonly Candidate[];
  readonly bindingOrigins: ReadonlyMap<Binding, Origin>;
  readonly bindingReturns: ReadonlyMap<Binding, Origin>;
}

const known = new WeakMap<Analysis, Callees>();

/** Finds what is called in a module and may cache something: each origin once, in the order of the code. */
export function calleesOf(analysis: Analysis): Callees {
  let callees = known.get(analysis);
  if (callees === undefined) {
    callees = findCallees(analysis);
    known.set(analysis, callees);
  }
  return callees;
}

function findCallees(analysis: Analysis): Callees {
  const origins = new Origins(analysis);
  const bindingOrigins = new Map<Binding, Origin>();
  const bindingReturns = new Map<Binding, Origin>();
  for (const binding of analysis.bindings) {
    const origin = origins.ofBinding(binding);
    if (origin !== undefined) bindingOrigins.set(binding, origin);
    const returned = origins.returnsOf(binding);
    if (returned !== undefined) bindingReturns.set(binding, returned);
  }
  const indexes = new Map<string, number>();
  const found: Origin[] = [];
  const candidates: Candidate[] = [];
  for (const call of analysis.calls) {
    const origin = origins.of(call.callee, call.owner);
    if (origin === undefined || !isPlausible(origin)) continue;
    const key = [origin.binding, ...origin.steps].join("\n");
    let callee = indexes.get(key);
    if (callee === undefined) {
      callee = found.length;
      found.push(origin);
      indexes.set(key, callee);
    }
    candidates.push({ call, callee });
  }
  return { origins: found, candidates, bindingOrigins, bindingReturns };

  // What is made here by `new`, as most objects are, has no methods that cache.
  function isPlausible({ binding: id, steps }: Origin): boolean {
    const binding = analysis.bindings[id];
    if (binding === undefined) return false;
    if (binding.kind === "import" || bindingOrigins.has(binding) || bindingReturns.has(binding)) return true;
    return steps.length === 0 && functionOf(binding) !== undefined;
  }
}
