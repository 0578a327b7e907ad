import * as keys from "@autocache/edge/keys";
import { check } from "../../vectors/check.ts";
import vectors from "../../vectors/keys.json" with { type: "json" };

Deno.test("keys are those of the vectors", async () => {
  const { vectors: checked, failures } = await check(keys, vectors);
  if (failures.length > 0) throw new Error(failures.join("\n"));
  if (checked !== vectors.canonical.length + vectors.keys.length) throw new Error(`${checked} vectors were checked`);
});
