import type { ProjectOptions } from "../../../adapters/plugin/graph/project.ts";
import type { Edit, Files } from "../graph/fixture.ts";

/** A piece of code that is hard to see through, and what its fingerprints must do. */
export interface HardCase {
  readonly title: string;
  readonly files: Files;
  readonly options?: ProjectOptions;
  /** Each of these must change the fingerprints. */
  readonly changes?: readonly Edit[];
  /** None of these may change the fingerprints; a record replaces or adds files. */
  readonly keeps?: readonly (Edit | Files)[];
  /** The codes of what the author must be told, exactly; left out, it does not matter. */
  readonly tells?: readonly string[];
  /** Whether there must be no value at all. */
  readonly isUnsound?: boolean;
}
