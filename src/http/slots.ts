import type { Job } from "../job.ts";
import { type Directives } from "./rfc/directives.ts";
import { selectingOf } from "./rfc/vary.ts";
import { forcesValidation } from "./rfc/verdict.ts";
import { askedAs, generationOf, type RecordSite } from "./variant-store.ts";

/** Names the flights of one cache's requests: equal for those that may share a run of the handler. */
export class Slots {
  readonly #prefix: string;
  #alone = 0;

  /** @param prefix of no other cache in the store */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /**
   * Names the flight of a request, and the refresh that it may begin.
   *
   * @param isAlone whether it waits for no other: it has waited in vain
   */
  of(
    site: RecordSite,
    version: string,
    request: Request,
    directives: Directives,
    isAlone: boolean,
  ): Pick<Job, "slot" | "refreshSlot"> {
    const { key, states, options } = site;
    const { vary, passUntil } = states.of(key);
    const as = askedAs(request);
    const parts = [
      generationOf(site),
      version,
      selectingOf(vary, request.headers, options.normalizers),
      forcesValidation(directives),
      ["max-age", "max-stale", "min-fresh"].map((name) => directives.get(name)),
      request.headers.get("range"),
      as,
    ];
    const refreshSlot = `${this.#prefix}${key} ${JSON.stringify(parts)}`;
    const isShared =
      !isAlone && request.method !== "HEAD" && !directives.has("only-if-cached") && Date.now() >= passUntil[as];
    return { refreshSlot, slot: isShared ? refreshSlot : `${refreshSlot} ${(this.#alone += 1)}` };
  }
}
