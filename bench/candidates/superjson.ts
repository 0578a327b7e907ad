import { parse, stringify } from "superjson";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "superjson",
  packages: ["superjson"],
  codecs: [
    {
      label: "superjson",
      encode: (value) => stringify(value),
      decode: (text) => parse<unknown>(text as string),
    },
  ],
  bundles: [{ label: "superjson", code: 'export { parse, stringify } from "superjson";' }],
};
