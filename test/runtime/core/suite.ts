import type { Register } from "./fact.ts";
import { testFreshness } from "./freshness.ts";
import { testFunctions } from "./functions.ts";
import { testKeys } from "./keys.ts";
import { testResponses } from "./responses.ts";
import { testShared } from "./shared.ts";

/**
 * Registers the tests of what every runtime has to do alike, with the runner's function that registers a test.
 *
 * @returns how many were registered, so that a job can tell that all of them ran
 */
export function testCore(test: (title: string, run: () => Promise<void>) => unknown): number {
  let registered = 0;
  const register: Register = (title, run) => {
    registered += 1;
    test(`core: ${title}`, run);
  };
  testKeys(register);
  testFunctions(register);
  testFreshness(register);
  testShared(register);
  testResponses(register);
  return registered;
}
