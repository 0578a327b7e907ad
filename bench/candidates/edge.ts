/** This package, built, by its own name. */
import { cached, createCache, memory } from "@autocache/edge";
import { canonical, keyFor } from "@autocache/edge/keys";
import { decodeTagged, type EncodedValue, encodeValue } from "../../src/codec.ts";
import type { Candidate, CodecEntry } from "../candidate.ts";

// The version is given, as the build plugin does.
const FUNCTION = { name: "measured", version: "1", ttl: "1h" } as const;

// Not an entry point of the package: of the sources, which the build only joins.
const codec: CodecEntry<EncodedValue> = {
  label: "@autocache/edge values",
  encode: (value) => encodeValue(value, "value"),
  decode: ({ form, text }) => {
    const json: unknown = JSON.parse(text);
    return form === "plain" ? json : decodeTagged(json);
  },
};

export const candidate: Candidate = {
  name: "@autocache/edge",
  packages: ["@autocache/edge"],
  functions: [
    {
      label: "@autocache/edge cached()",
      keying: "own",
      setUp: (origin) => cached(origin, { ...FUNCTION, backend: memory() }),
    },
    {
      label: "@autocache/edge cached(), all policies and events",
      keying: "own",
      setUp(origin) {
        let events = 0;
        const cache = createCache({ onEvent: () => events++ });
        return cache.cached(origin, { ...FUNCTION, swr: "1h", staleIfError: "1d" });
      },
    },
  ],
  texts: [{ label: "@autocache/edge canonical()", encode: (args) => canonical(args) }],
  keys: [
    {
      label: "@autocache/edge keyFor()",
      keyOf: (args) => keyFor({ namespace: "bench", name: "measured", version: "1", args }),
    },
  ],
  codecs: [codec as CodecEntry],
};
