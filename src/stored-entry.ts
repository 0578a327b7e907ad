import { type Entry, readerOfValue, reseal, seal } from "./entry.ts";
import type { Report } from "./events.ts";
import { headFrom, type Job, keptMs, type ValueJob } from "./job.ts";
import type { FoundReading, Reading } from "./reading.ts";
import type { Schema, SchemaResult } from "./schema.ts";
import type { SimpleStore } from "./simple-store.ts";

/** What can be done to the entry of one call without running the function. */
export class StoredEntry<Asked extends Job = Job> {
  readonly #store: SimpleStore;
  readonly #job: Asked;
  readonly #report: Report;

  constructor(store: SimpleStore, job: Asked, report: Report = store.emit) {
    this.#store = store;
    this.#job = job;
    this.#report = report;
  }

  /** Reads the entry of a key, as far as it is one for this call. */
  async read(key: string): Promise<Reading> {
    const { name, isBinary } = this.#job;
    const reading = await this.#store.read(key, name, this.#report, await this.#job.stamps(), isBinary);
    return reading.entry === undefined || reading.entry.isError === true ? reading : this.#job.accept(reading);
  }

  /** The entry if it is fresh. */
  async peek(): Promise<Entry | undefined> {
    const { entry } = await this.read(await this.#job.key());
    return entry !== undefined && entry.isError !== true && Date.now() < entry.expiresAt ? entry : undefined;
  }

  /** Stores a value that is already known, and resolves when the backend has accepted it. */
  async set(this: StoredEntry<ValueJob>, value: unknown): Promise<void> {
    const job = this.#job;
    const ttlMs = job.ttlMs(value);
    const head = headFrom(this.#store.now(), ttlMs, 0, job.tags(value));
    const envelope = seal(value, head, job.name);
    if (ttlMs <= 0) return this.invalidate();
    await this.#change((key) => this.#store.put(key, job.name, envelope, keptMs(job, ttlMs), this.#report));
  }

  /** Removes the entry, and that of the code before: the next call misses, and a computation that is running is not stored. */
  async invalidate(): Promise<void> {
    await this.#change(async (key) => {
      const keys = await this.#withPrevious(key);
      await Promise.all(keys.map((each) => this.#store.remove(each, this.#job.name, this.#report)));
    });
  }

  /** Marks the entry as expired, and keeps it for as long as it may be answered with when stale. */
  async expire(): Promise<void> {
    await this.#change(async (key) => {
      const keys = await this.#withPrevious(key);
      await Promise.all(keys.map((each) => this.#expire(each)));
    });
  }

  async #expire(key: string): Promise<void> {
    const { name } = this.#job;
    const { entry, envelope } = await this.#store.find(key, name, this.#report);
    const now = Date.now();
    if (entry === undefined || entry.expiresAt <= now) return;
    const expired = reseal(envelope, { expiresAt: now });
    const keepMs = Math.max(keptMs(this.#job, 0), entry.expiresAt - now);
    if (expired !== undefined) await this.#store.put(key, name, expired, keepMs, () => {});
    this.#report({ type: "expired", name, key });
  }

  /** The keys under which the call may be answered: its own, and that of the code before. */
  async #withPrevious(key: string): Promise<string[]> {
    const previous = await this.#job.rollover?.key();
    return previous === undefined ? [key] : [key, previous];
  }

  #change(work: (key: string) => Promise<void>): Promise<void> {
    return this.#store.change([this.#job.slot], async () => work(await this.#job.key()));
  }
}

/** Lets what was read pass if it fits a schema, and takes what the schema makes of it. */
export async function acceptValid(schema: Schema, reading: FoundReading): Promise<Reading> {
  const result = await validate(schema, reading.entry.read("copy"));
  if (result.issues !== undefined) return { reason: "invalid", envelope: reading.envelope };
  return { ...reading, entry: { ...reading.entry, read: readerOfValue(result.value) } };
}

/** A schema that throws has not let the value pass. */
async function validate(schema: Schema, value: unknown): Promise<SchemaResult<unknown>> {
  try {
    return await schema["~standard"].validate(value);
  } catch (error) {
    return { issues: [error] };
  }
}
