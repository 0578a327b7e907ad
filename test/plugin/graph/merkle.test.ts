import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { componentDigests, computeDigest } from "../../../adapters/plugin/graph/merkle.ts";
import { GraphNode } from "../../../adapters/plugin/graph/nodes.ts";
import { coarsestPartition } from "../../../adapters/plugin/graph/partition.ts";

/** A graph as numbers: each node's text, and what it reaches. */
interface Plan {
  readonly texts: readonly string[];
  readonly edges: readonly (readonly number[])[];
}

function build({ texts, edges }: Plan): readonly GraphNode[] {
  const nodes = texts.map((text, number) => Object.assign(new GraphNode("item", `n${number}`, undefined), { text }));
  nodes.forEach((node, number) => {
    node.edges = edges[number]?.flatMap((to) => nodes[to] ?? []).map((to) => ({ to })) ?? [];
  });
  return nodes;
}

/** The digests of all nodes, asked for in the given order. */
function digestsOf(plan: Plan, order: Iterable<number> = plan.texts.keys()): readonly string[] {
  const nodes = build(plan);
  for (const number of order) computeDigest(nodes[number] ?? new GraphNode("item", "", undefined));
  return nodes.map((node) => computeDigest(node));
}

/** Gives each node the number that the list has in its place. */
function renumbered({ texts, edges }: Plan, numbers: readonly number[]): Plan {
  const places = texts.map((_, number) => numbers.indexOf(number));
  return {
    texts: places.map((place) => texts[place] ?? ""),
    edges: places.map((place) => edges[place]?.map((to) => numbers[to] ?? 0) ?? []),
  };
}

function reaches({ edges }: Plan, from: number, to: number): boolean {
  const seen = new Set([from]);
  for (const node of seen) for (const next of edges[node] ?? []) seen.add(next);
  return seen.has(to);
}

/** Few texts and many edges, so that there are circles, and nodes that are alike. */
const plans: fc.Arbitrary<Plan> = fc.integer({ min: 1, max: 14 }).chain((size) =>
  fc.record({
    texts: fc.array(fc.constantFrom("a", "b", "c"), { minLength: size, maxLength: size }),
    edges: fc.array(fc.array(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }),
  }),
);

const plansAndOrders = plans.chain((plan) => {
  const numbers = plan.texts.map((_, number) => number);
  return fc.tuple(fc.constant(plan), fc.shuffledSubarray(numbers, { minLength: numbers.length }));
});

/** The slow way: what can be told apart in n steps, for as many steps as there are nodes. */
function bisimilar({ texts, edges }: Plan): readonly string[] {
  let labels = [...texts];
  for (const _ of texts) {
    const next = labels.map((label, number) => JSON.stringify([label, edges[number]?.map((to) => labels[to])]));
    const numbers = new Map([...new Set(next)].map((label, number) => [label, String(number)]));
    labels = next.map((label) => numbers.get(label) ?? "");
  }
  return labels;
}

function groups(labels: readonly unknown[]): readonly number[] {
  return labels.map((label) => labels.indexOf(label));
}

describe("computeDigest()", () => {
  it("does not depend on the order of the nodes, nor on where one begins", () => {
    fc.assert(
      fc.property(plansAndOrders, ([plan, order]) => {
        const digests = digestsOf(plan);
        expect(digestsOf(plan, order)).toEqual(digests);
        const moved = digestsOf(renumbered(plan, order));
        expect(order.map((number) => moved[number])).toEqual(digests);
      }),
      { numRuns: 2000 },
    );
  });

  it("gives different digests to what anything tells apart, in one graph or in two", () => {
    fc.assert(
      fc.property(plans, plans, (one, two) => {
        const shift = one.texts.length;
        const texts = [...one.texts, ...two.texts];
        const edges = [...one.edges, ...two.edges.map((to) => to.map((number) => number + shift))];
        const digests = [...digestsOf(one), ...digestsOf(two)];
        const labels = bisimilar({ texts, edges });
        const pairs = new Map(digests.map((digest, number) => [digest, labels[number]]));
        expect(digests.map((digest) => pairs.get(digest))).toEqual(labels);
      }),
      { numRuns: 2000 },
    );
  });

  it("gives equal digests to a graph and to one that has everything several times", () => {
    const copies = plans.chain((plan) => {
      const size = plan.texts.length;
      // Each edge leads from each copy to another one, so that circles become longer.
      return fc.tuple(fc.constant(plan), fc.array(fc.nat(2), { minLength: size, maxLength: size }));
    });
    fc.assert(
      fc.property(copies, ([plan, turns]) => {
        const size = plan.texts.length;
        const texts = [0, 1, 2].flatMap(() => plan.texts);
        const edges = [0, 1, 2].flatMap((copy) =>
          plan.edges.map((to) => to.map((number) => number + size * ((copy + (turns[number] ?? 0)) % 3))),
        );
        const digests = digestsOf(plan);
        expect(digestsOf({ texts, edges })).toEqual([...digests, ...digests, ...digests]);
      }),
      { numRuns: 2000 },
    );
  });

  it("changes with a text in exactly those nodes that reach it", () => {
    fc.assert(
      fc.property(plans, fc.nat(), (plan, choice) => {
        const edited = choice % plan.texts.length;
        const before = digestsOf(plan);
        const after = digestsOf({ ...plan, texts: plan.texts.with(edited, "new") });
        plan.texts.forEach((_, number) => {
          expect(after[number] !== before[number]).toBe(reaches(plan, number, edited));
        });
      }),
      { numRuns: 1000 },
    );
  });

  it("tells apart which member is read", () => {
    const read = (member: string | undefined): string => {
      const [object, reader] = build({ texts: ["object", "reader"], edges: [[], []] });
      if (object === undefined || reader === undefined) return "";
      reader.edges = [{ to: object, member }];
      return computeDigest(reader);
    };
    expect(new Set([read("a"), read("b"), read('a"'), read(undefined)]).size).toBe(4);
  });

  it("goes deeper than the stack", () => {
    const size = 200_000;
    const texts = Array.from({ length: size }, () => "link");
    const edges = texts.map((_, number) => (number + 1 < size ? [number + 1] : []));
    expect(digestsOf({ texts, edges })).toHaveLength(size);
  });

  it("takes a ring of thousands that one node alone tells apart", () => {
    const size = 20_000;
    const labels = Array.from({ length: size }, (_, number) => (number === 7 ? "b" : "a"));
    const successors = labels.map((_, number) => [(number + 1) % size]);
    const start = performance.now();
    expect(new Set(componentDigests({ labels, successors })).size).toBe(size);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it("says that a node is not sound where it reaches one that is not, in a circle too", () => {
    const nodes = build({ texts: ["a", "b", "c", "d", "e"], edges: [[1], [2], [1, 3], [], [3]] });
    const error = { code: "eval", message: "", line: 1, column: 1, file: "a.ts", severity: "error" } as const;
    if (nodes[2] !== undefined) nodes[2].diagnostics = [{ ...error, severity: "warning" }, error];
    for (const node of nodes) computeDigest(node);
    expect(nodes.map(({ isSound }) => isSound)).toEqual([false, false, false, true, true]);
  });
});

describe("componentDigests()", () => {
  it("does not depend on where a ring begins, though no node has a text of its own", () => {
    const rings = fc.array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(rings, fc.nat(11), (labels, shift) => {
        const turned = labels.map((_, number) => labels[(number + shift) % labels.length] ?? "");
        const successors = labels.map((_, number) => [(number + 1) % labels.length]);
        const digests = componentDigests({ labels, successors });
        const expected = labels.map((_, number) => digests[(number + shift) % labels.length]);
        expect(componentDigests({ labels: turned, successors })).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("coarsestPartition()", () => {
  it("finds what the slow way finds", () => {
    const sizes = fc.integer({ min: 1, max: 40 });
    const components = sizes.chain((size) =>
      fc.record({
        labels: fc.array(fc.constantFrom("a", "a", "a", "b"), { minLength: size, maxLength: size }),
        successors: fc.array(fc.array(fc.nat(size - 1), { maxLength: 2 }), { minLength: size, maxLength: size }),
      }),
    );
    fc.assert(
      fc.property(components, ({ labels, successors }) => {
        const slowly = bisimilar({ texts: labels, edges: successors });
        expect(groups(coarsestPartition({ labels, successors }))).toEqual(groups(slowly));
      }),
      { numRuns: 2000 },
    );
  });

  it("puts together what nothing tells apart", () => {
    const ring = { labels: ["a", "a", "a", "b"], successors: [[1], [2], [0], [3]] };
    expect(groups(coarsestPartition(ring))).toEqual([0, 0, 0, 3]);
    const tail = { labels: ["a", "a", "a", "b"], successors: [[1], [2], [3], [3]] };
    expect(groups(coarsestPartition(tail))).toEqual([0, 1, 2, 3]);
  });
});
