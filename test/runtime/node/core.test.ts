import assert from "node:assert/strict";
import { test } from "node:test";
import { testCore } from "../core/suite.ts";

const registered = testCore(test);

test("the core suite is whole", () => {
  assert.equal(registered, 47);
});
