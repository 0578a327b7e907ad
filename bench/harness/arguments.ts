/** The shapes of arguments that are measured. */
export const SHAPES = ["number", "small", "1 KB"] as const;
export type Shape = (typeof SHAPES)[number];

/** How a call takes an argument list `x` of that shape: written out, since spreading it would be measured as well. */
export const CALLS: Readonly<Record<Shape, string>> = {
  number: "f(x[0])",
  small: "f(x[0], x[1])",
  "1 KB": "f(x[0])",
};

/** A power of two, which makes a loop's index cheap. */
const POOL_SIZE = 64;

/** Different argument lists of one shape, made anew: equal to those of another call, and never the same objects. */
export function argumentLists(shape: Shape): unknown[][] {
  return Array.from({ length: POOL_SIZE }, (_, i) => argumentList(shape, i));
}

/** The `i`th argument list of a shape. */
export function argumentList(shape: Shape, i: number): unknown[] {
  switch (shape) {
    case "number":
      return [42 + i];
    case "small":
      return [`user:${123 + i}`, { page: 2 + i, limit: 50 }];
    case "1 KB":
      return [query(i)];
  }
}

/** A list of one argument of some 12 KB: records as a database gives them. */
export function recordLists(): unknown[][] {
  return Array.from({ length: 8 }, (_, i) => [records(i)]);
}

/** Fifty records, 12 KB as JSON. */
export function records(seed: number): unknown[] {
  return Array.from({ length: 50 }, (_, i) => ({
    id: seed * 1_000 + i,
    name: `Customer ${i} ${"abcdefghijkl".slice(i % 7)}`,
    email: `user${i}@example.com`,
    active: i % 3 !== 0,
    score: i * 1.37 + seed,
    tags: [`t${i % 7}`, `segment-${i % 5}`],
    createdAt: "2026-11-22T09:10:47.000Z",
    address: { street: `Example Street ${i * 3}`, zip: String(10_000 + i), city: "Berlin" },
  }));
}

/** A search as a shop might have it: nested, with its members in no order, 1 KB as JSON. */
function query(i: number): unknown {
  return {
    userId: `user:${i}`,
    tenant: "acme-corp",
    zeta: true,
    alpha: null,
    query: {
      text: "wireless noise cancelling headphones",
      page: i % 10,
      limit: 50,
      sort: { field: "price", direction: "desc" },
      includeFacets: true,
    },
    filters: [
      { op: "eq", field: "brand", value: "example" },
      { op: "range", field: "price", value: { min: 10.5, max: 299.99 } },
      { op: "in", field: "color", value: ["black", "silver", "midnight blue"] },
    ],
    context: {
      locale: "en-GB",
      currency: "EUR",
      device: { type: "mobile", os: "android", version: 14, screen: { width: 1080, height: 2400, dpr: 2.625 } },
      experiments: { checkout: "B", ranking: "model-17", banner: false },
      geo: { country: "DE", region: "BE", city: "Berlin", lat: 52.52, lon: 13.405 },
    },
    session: {
      id: "sess_8f14e45fceea167a5a36dedd",
      startedAt: 1_732_266_000_123 + i,
      flags: ["beta", "no-ads", "early"],
    },
    auth: { scopes: ["read:catalog", "read:prices", "write:cart"], roles: ["member"], tier: "gold" },
    notes: 'Quote " and backslash \\ and unicode é',
  };
}
