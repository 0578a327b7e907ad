import { Packr } from "msgpackr";
import type { Candidate } from "../candidate.ts";

const packr = new Packr({ moreTypes: true, structuredClone: true });

export const candidate: Candidate = {
  name: "msgpackr",
  packages: ["msgpackr"],
  codecs: [
    {
      label: "msgpackr, without natives",
      // What it gives is a view of a buffer that it writes to again.
      encode: (value) => new Uint8Array(packr.pack(value)),
      decode: (bytes) => packr.unpack(bytes as Uint8Array) as unknown,
    },
  ],
  bundles: [{ label: "msgpackr", code: 'export { pack, unpack } from "msgpackr";' }],
};
