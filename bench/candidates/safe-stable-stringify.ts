import { stringify } from "safe-stable-stringify";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "safe-stable-stringify",
  packages: ["safe-stable-stringify"],
  texts: [{ label: "safe-stable-stringify", encode: (args) => stringify(args) ?? "" }],
  bundles: [{ label: "safe-stable-stringify", code: 'export { stringify } from "safe-stable-stringify";' }],
};
