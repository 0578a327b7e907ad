import { fromJSON, type SerovalJSON, toJSON } from "seroval";
import type { Candidate } from "../candidate.ts";

export const candidate: Candidate = {
  name: "seroval",
  packages: ["seroval"],
  codecs: [
    {
      // Its other form is read by `eval`, which Workers do not have.
      label: "seroval toJSON()",
      encode: (value) => JSON.stringify(toJSON(value)),
      decode: (text) => fromJSON<unknown>(JSON.parse(text as string) as SerovalJSON),
    },
  ],
  bundles: [{ label: "seroval", code: 'export { fromJSON, toJSON } from "seroval";' }],
};
