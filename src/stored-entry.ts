import { tell } from "./asker.ts";
import { type Entry, readerOfValue, reseal, seal } from "./entry.ts";
import { headFrom, keptMs, type ValueJob } from "./job.ts";
import type { FoundReading, Reading } from "./reading.ts";
import type { Schema, SchemaResult } from "./schema.ts";
import type { SimpleStore } from "./simple-store.ts";

/** What can be done to the entry of one call without running the function. */
export class StoredEntry {
  readonly #store: SimpleStore;
  readonly #job: ValueJob;

  constructor(store: SimpleStore, job: ValueJob) {
    this.#store = store;
    this.#job = job;
  }

  /** The entry if it is fresh. */
  async peek(): Promise<Entry | undefined> {
    const { entry } = await this.#store.read(await this.#job.key(), this.#job);
    return entry !== undefined && !entry.isError && Date.now() < entry.expiresAt ? entry : undefined;
  }

  /** Stores a value that is already known, and resolves when the backend has accepted it. */
  async set(value: unknown): Promise<void> {
    const job = this.#job;
    const ttlMs = job.ttlMs(value);
    const envelope = seal(value, headFrom(this.#store.now(), ttlMs, 0, job.tags(value)), job.name);
    if (ttlMs <= 0) return this.invalidate();
    await this.#change(async () => this.#store.put(await job.key(), job, envelope, keptMs(job, ttlMs)));
  }

  /** Removes the entry, and that of the code before: the next call misses, and a computation that is running is not stored. */
  invalidate(): Promise<void> {
    return this.#changeAll((key) => this.#store.remove(key, this.#job));
  }

  /** Marks the entry as expired, and keeps it for as long as it may be answered with when stale. */
  expire(): Promise<void> {
    return this.#changeAll((key) => this.#expire(key));
  }

  async #expire(key: string): Promise<void> {
    const { name, report } = this.#job;
    const { entry, envelope } = await this.#store.find(key, { name, report });
    const now = Date.now();
    if (entry === undefined || entry.expiresAt <= now) return;
    const expired = reseal(envelope, { expiresAt: now });
    const keepMs = Math.max(keptMs(this.#job, 0), entry.expiresAt - now);
    // Told as what it is, and not as stored.
    if (expired !== undefined) await this.#store.put(key, { name, report: () => {} }, expired, keepMs);
    tell(this.#job, "expired", { key });
  }

  /** Changes what is under the keys by which the call may be answered: its own, and that of the code before. */
  #changeAll(work: (key: string) => Promise<void>): Promise<void> {
    return this.#change(async () => {
      const keys = [await this.#job.key(), await this.#job.rollover?.key()];
      await Promise.all(keys.map((key) => key && work(key)));
    });
  }

  #change(work: () => Promise<void>): Promise<void> {
    return this.#store.change([this.#job.slot], work);
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
