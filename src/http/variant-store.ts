import type { EntryHead } from "../entry.ts";
import type { Report } from "../events.ts";
import type { Put } from "../job.ts";
import { takes } from "../size.ts";
import type { Store } from "../store.ts";
import type { StampKeys } from "../stamping.ts";
import type { ResolvedHttpOptions } from "./options.ts";
import { standingFor } from "./plan.ts";
import type { UrlState, UrlStates } from "./url-states.ts";
import { isReplaced, sealVariants, type Variant, variantsOf, withVariant } from "./variant.ts";

/** What the record of one URL is found by. */
export interface RecordSite {
  readonly store: Store;
  readonly states: UrlStates;
  readonly options: ResolvedHttpOptions;
  readonly key: string;
  readonly name: string;
  readonly stamps: () => Promise<StampKeys | undefined>;
  /** Of a record that answers a question: what its variants are invalidated by, and what tells that there are some. */
  readonly question?:
    | { readonly tag: string; readonly urlKey: string; mark(keepMs: number): Promise<void> }
    | undefined;
}

// A request that waits for a response which then is not to be shared has waited in vain; for so long no other does.
const PASS_MS = 10_000;

/** The record of one URL, as one request sees it: all its variants, of which the request adds one at most. */
export class VariantStore {
  readonly #site: RecordSite;
  readonly #generation: string;
  readonly #writes: number;
  #read: readonly Variant[] = [];

  constructor(site: RecordSite) {
    this.#site = site;
    this.#generation = generationOf(site);
    this.#writes = this.#state.writes;
  }

  get #state(): UrlState {
    return this.#site.states.of(this.#site.key);
  }

  /** Whether the URL was invalidated since the request began. */
  get isOutdated(): boolean {
    return generationOf(this.#site) !== this.#generation;
  }

  /** Remembers what was read, so that adding to it needs no other read, unless the record has been written since the request began. */
  hasRead(variants: readonly Variant[], { expiresAt }: Pick<EntryHead, "expiresAt">): void {
    this.#read = unexpired(variants, expiresAt);
  }

  /** Remembers whether requests for the URL are to wait for each other: whether the last response was for all of them. */
  hasSeen(isForAll: boolean, request: Request): void {
    this.#state.passUntil[askedAs(request)] = isForAll ? 0 : Date.now() + PASS_MS;
  }

  /**
   * Remembers how requests for the URL are told apart: when what tells them apart is stored, and not before, or requests
   * that come while it is made would not wait for it.
   */
  hasLearned({ selecting }: Variant): void {
    this.#state.vary = selecting.map(([name]) => name);
  }

  /** Adds a variant, after the writes of the record that have begun; tells whether it is stored. */
  add(variant: Variant, request: Headers, put: Put, report: Report): Promise<boolean> {
    const { store, options, key, name } = this.#site;
    return store.runs.write([recordSlot(key)], async () => {
      if (this.isOutdated) {
        report({ type: "not-stored", name, key, reason: "superseded" });
        return true;
      }
      const current = await this.#current(report);
      if (
        current.some(
          (other) => other.begunAt > variant.begunAt && isReplaced(other, variant, request, options.normalizers),
        )
      ) {
        // One that began later has seen something newer.
        report({ type: "not-stored", name, key, reason: "superseded" });
        return true;
      }
      const variants = withVariant(current, variant, request, options.normalizers, {
        maxVariants: options.maxVariants,
        maxBytes: store.backend.capabilities.maxValueBytes,
      });
      let envelope = sealVariants(variants, name);
      // Bodies alone tell too little: headers count too, and a backend of text makes more of bytes.
      while (variants.length > 1 && !takes(store.backend, envelope)) {
        variants.pop();
        envelope = sealVariants(variants, name);
      }
      const keptUntil = Math.max(...variants.map((each) => this.#keptUntil(each)));
      const keepMs = keptUntil - Date.now();
      // Before it: who invalidates in between must find the mark.
      await this.#site.question?.mark(keepMs);
      const isStored = await put(envelope, keepMs).finally(() => this.#hasWritten());
      this.hasLearned(variant);
      return isStored;
    });
  }

  /** Removes the record, all variants of all versions. */
  async remove(report: Report): Promise<void> {
    const { store, states, key, name } = this.#site;
    states.outdate(key);
    await store.runs.write([recordSlot(key)], () => store.discard(key, { name, report }));
    this.#hasWritten();
  }

  /** When it is done: what was read while it was under way may be of before. */
  #hasWritten(): void {
    this.#state.writes += 1;
  }

  async #current(report: Report): Promise<readonly Variant[]> {
    // Only another request of this isolate can be known to have written; what another isolate adds meanwhile is lost.
    if (this.#state.writes === this.#writes) return this.#read;
    const { store, key, name, stamps } = this.#site;
    const reading = await store.read(key, { name, report, stamps, isBinary: true });
    return reading.entry === undefined ? [] : unexpired(variantsOf(reading) ?? [], reading.entry.expiresAt);
  }

  #keptUntil(variant: Variant): number {
    const { options } = this.#site;
    const { headers, expiresAt } = variant;
    const { swrMs, staleIfErrorMs } = standingFor(options, headers, variant, expiresAt).policy;
    return Math.max(expiresAt, Date.now()) + Math.max(options.keepMs, swrMs, staleIfErrorMs);
  }
}

/** As whom a request is made, as far as it says what may be shared of the response. */
export function askedAs({ headers }: Request): keyof UrlState["passUntil"] {
  return headers.has("authorization") ? "authorized" : "anonymous";
}

/** Of the URL too, where the record answers a question about it: what changes the one reaches the other. */
export function generationOf({ states, key, question }: Pick<RecordSite, "states" | "key" | "question">): string {
  const ofUrl = question === undefined ? 0 : states.of(question.urlKey).generation;
  return `${states.of(key).generation} ${ofUrl}`;
}

/** Without what a tag has expired, which would make every variant of the record as stale as itself. */
function unexpired(variants: readonly Variant[], expiresAt: number): readonly Variant[] {
  const isExpired = variants.some((variant) => variant.expiresAt > expiresAt);
  return isExpired ? variants.filter(({ begunAt }) => begunAt > expiresAt) : variants;
}

/** No function's slot starts so. */
function recordSlot(key: string): string {
  return `record ${key}`;
}
