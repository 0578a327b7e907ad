/**
 * `node test/vectors/write.ts` writes keys.json anew from cases.ts, for new cases. Where a vector that was there changes,
 * keys change, and every stored entry with them: that is a new format, and not a new file.
 */
import { writeFileSync } from "node:fs";
import { makeVectors } from "./make.ts";

writeFileSync(new URL("keys.json", import.meta.url), `${JSON.stringify(await makeVectors(), null, 2)}\n`);
