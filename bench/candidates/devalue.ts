import { parse, stringify } from "devalue";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "devalue",
  packages: ["devalue"],
  texts: [{ label: "devalue stringify()", encode: (args) => stringify(args) }],
  codecs: [
    {
      label: "devalue",
      encode: (value) => stringify(value),
      decode: (text) => parse(text as string) as unknown,
    },
  ],
  bundles: [{ label: "devalue", code: 'export { parse, stringify } from "devalue";' }],
};
