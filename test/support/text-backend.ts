import type { Backend, Envelope } from "../../src/index.ts";

/** A backend that keeps texts, as one over a network does: what it hands back is always decoded. */
export class TextBackend implements Backend {
  readonly name = "texts";
  readonly capabilities: Backend["capabilities"] = {
    minTtlMs: 1,
    ttlStepMs: 1,
    maxKeyBytes: 512,
    maxValueBytes: Infinity,
    consistency: "strong",
  };
  readonly texts: Map<string, string> = new Map();

  async get(key: string): Promise<Envelope | undefined> {
    const text = this.texts.get(key);
    return text === undefined ? undefined : { text };
  }

  async set(key: string, { text }: Envelope): Promise<void> {
    // Through UTF-8 and back, where a lone surrogate would be lost.
    this.texts.set(key, new TextDecoder().decode(new TextEncoder().encode(text)));
  }

  async delete(key: string): Promise<void> {
    this.texts.delete(key);
  }

  /** The one text that is kept. */
  get only(): string {
    const [text, ...others] = this.texts.values();
    if (text === undefined || others.length > 0) throw new Error(`${this.texts.size} texts are kept`);
    return text;
  }
}
