import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { componentDigests } from "../../../adapters/plugin/graph/merkle.ts";
import type { Component } from "../../../adapters/plugin/graph/partition.ts";
import { EFFORT } from "./corpus.ts";

/** A circle through all nodes in a random order, so that each reaches all others, and edges beside it. */
const component: fc.Arbitrary<Component> = fc.integer({ min: 1, max: 9 }).chain((size) => {
  const node = fc.integer({ min: 0, max: size - 1 });
  return fc
    .record({
      // Few labels, so that many nodes have the same one.
      labels: fc.array(fc.constantFrom("a", "b", "c"), { minLength: size, maxLength: size }),
      circle: fc.shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }),
      chords: fc.array(fc.record({ from: node, to: node, isBefore: fc.boolean() }), { maxLength: 6 }),
    })
    .map(({ labels, circle, chords }) => {
      const successors = labels.map((_, each) => [circle[(circle.indexOf(each) + 1) % size] ?? 0]);
      for (const { from, to, isBefore } of chords) successors[from]?.[isBefore ? "unshift" : "push"](to);
      return { labels, successors };
    });
});

const withOrder = component.chain((each) =>
  fc.record({
    component: fc.constant(each),
    order: fc.shuffledSubarray([...each.labels.keys()], {
      minLength: each.labels.length,
      maxLength: each.labels.length,
    }),
    member: fc.integer({ min: 0, max: each.labels.length - 1 }),
  }),
);

/** The same component, with `order[n]` as the number of node n. */
function renumbered({ labels, successors }: Component, order: readonly number[]): Component {
  const moved = { labels: [...labels], successors: [...successors] };
  order.forEach((to, from) => {
    moved.labels[to] = labels[from] ?? "";
    moved.successors[to] = (successors[from] ?? []).map((next) => order[next] ?? 0);
  });
  return moved;
}

/** Whether nodes of two components are the same to all who follow their edges, found by following all of them. */
function areIndistinguishable(a: Component, b: Component): (nodeOfA: number, nodeOfB: number) => boolean {
  const size = a.labels.length;
  const labels = [...a.labels, ...b.labels];
  const successors = [...a.successors, ...b.successors.map((all) => all.map((next) => next + size))];
  let classes: readonly string[] = labels;
  for (const _ of labels) {
    const numbers = new Map<string, string>();
    classes = labels.map((label, node) => {
      const text = `${label} ${successors[node]?.map((next) => classes[next]).join(" ")}`;
      if (!numbers.has(text)) numbers.set(text, String(numbers.size));
      return numbers.get(text) ?? "";
    });
  }
  return (nodeOfA, nodeOfB) => classes[nodeOfA] === classes[size + nodeOfB];
}

const runs = { numRuns: 2_000 * EFFORT };

describe("componentDigests()", { timeout: 60_000 * EFFORT }, () => {
  it("does not depend on the order in which nodes are found", () => {
    fc.assert(
      fc.property(withOrder, ({ component: each, order }) => {
        const before = componentDigests(each);
        const after = componentDigests(renumbered(each, order));
        expect(order.map((to) => after[to])).toEqual(before);
      }),
      runs,
    );
  });

  it("changes for all members when one of them changes", () => {
    fc.assert(
      fc.property(withOrder, ({ component: { labels, successors }, member }) => {
        const edited = { labels: labels.with(member, "edited"), successors };
        const after = componentDigests(edited);
        componentDigests({ labels, successors }).forEach((before, node) => expect(after[node]).not.toBe(before));
      }),
      runs,
    );
  });

  it("changes for all members when one of them reaches another in place of what it reached, unless nothing tells the two apart", () => {
    fc.assert(
      fc.property(withOrder, fc.nat(), fc.nat(), ({ component: each, member }, edge, target) => {
        const all = each.successors[member] ?? [];
        const changed = all.with(edge % all.length, target % each.labels.length);
        const edited = { labels: each.labels, successors: each.successors.with(member, changed) };
        fc.pre(isStronglyConnected(edited));
        const isSame = areIndistinguishable(each, edited);
        const before = componentDigests(each);
        const after = componentDigests(edited);
        const nodes = [...before.keys()];
        expect(nodes.map((node) => before[node] === after[node])).toEqual(nodes.map((node) => isSame(node, node)));
      }),
      runs,
    );
  });

  it("is one for two nodes exactly if nothing tells them apart, within a component and between two", () => {
    fc.assert(
      fc.property(component, component, (a, b) => {
        for (const other of [a, b]) {
          const isSame = areIndistinguishable(a, other);
          const [ofA, ofOther] = [componentDigests(a), componentDigests(other)];
          ofA.forEach((digest, node) =>
            ofOther.forEach((otherDigest, otherNode) => expect(digest === otherDigest).toBe(isSame(node, otherNode))),
          );
        }
      }),
      runs,
    );
  });

  it("is that of the circle itself if it is unrolled into one of twice the size", () => {
    fc.assert(
      fc.property(component, ({ labels, successors }) => {
        const size = labels.length;
        // Every edge leads to the other copy: connected if a circle is odd, else two circles, and the digests hold anyway.
        const unrolled = {
          labels: [...labels, ...labels],
          successors: [...successors.map((all) => all.map((next) => next + size)), ...successors],
        };
        fc.pre(isStronglyConnected(unrolled));
        const once = componentDigests({ labels, successors });
        expect(componentDigests(unrolled)).toEqual([...once, ...once]);
      }),
      runs,
    );
  });
});

function isStronglyConnected({ successors }: Component): boolean {
  return successors.every((_, start) => {
    const reached = new Set([start]);
    for (const node of reached) for (const next of successors[node] ?? []) reached.add(next);
    return reached.size === successors.length;
  });
}
