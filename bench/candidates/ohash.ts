import { hash, serialize } from "ohash";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "ohash",
  packages: ["ohash"],
  texts: [{ label: "ohash serialize()", encode: (args) => serialize(args) }],
  keys: [{ label: "ohash hash()", keyOf: (args) => hash(args) }],
  bundles: [{ label: "ohash hash()", code: 'export { hash } from "ohash";' }],
};
