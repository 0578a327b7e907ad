import canonicalize from "canonicalize";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "canonicalize",
  packages: ["canonicalize"],
  texts: [{ label: "canonicalize (RFC 8785)", encode: (args) => canonicalize(args) ?? "" }],
  bundles: [{ label: "canonicalize", code: 'export { default } from "canonicalize";' }],
};
