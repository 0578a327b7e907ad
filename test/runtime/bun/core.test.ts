import { expect, test } from "bun:test";
import { testDecorators } from "../core/decorators.ts";
import { testCore } from "../core/suite.ts";

const registered = testCore(test);
let decorators = 0;
testDecorators((title, run) => {
  decorators += 1;
  test(`decorators: ${title}`, run);
});

test("the core suite is whole", () => {
  expect([registered, decorators]).toEqual([47, 2]);
});
