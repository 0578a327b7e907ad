import { testDecorators } from "../core/decorators.ts";
import { testCore } from "../core/suite.ts";

const registered = testCore(Deno.test);
let decorators = 0;
testDecorators((title, run) => {
  decorators += 1;
  Deno.test(`decorators: ${title}`, run);
});

Deno.test("the core suite is whole", () => {
  if (registered !== 47 || decorators !== 2) throw new Error(`There are ${registered} and ${decorators} tests`);
});
