import assert from "node:assert/strict";
import { test } from "node:test";

// Writes what Node does not know yet, for what is loaded after it, as `node --import` does for a user.
await import("@autocache/edge/register");
const { testDecorators } = await import("../core/decorators.ts");
let registered = 0;
testDecorators((title, run) => {
  registered += 1;
  test(`decorators: ${title}`, run);
});

test("the decorators have their tests", () => {
  assert.equal(registered, 2);
});
