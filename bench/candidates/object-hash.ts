import objectHash from "object-hash";
import type { Candidate } from "../candidate.ts";

const SHA256 = { algorithm: "sha256" } as const;

export const candidate: Candidate = {
  name: "object-hash",
  packages: ["object-hash"],
  texts: [{ label: "object-hash, SHA-256", encode: (args) => objectHash(args, SHA256) }],
  keys: [{ label: "object-hash, SHA-256", keyOf: (args) => objectHash(args, SHA256) }],
};
