import { requireTags } from "./checks.ts";
import type { StampKeys, Stamping } from "./stamping.ts";
import type { Store } from "./store.ts";

type Tags = readonly string[] | ((...of: readonly unknown[]) => readonly string[]);

/** The stamps that every entry under one name has: the name's own, the namespace's, and those of tags that are always the same. */
export class OwnStamps implements Stamping {
  readonly isStamped = true;
  readonly #store: Store;
  readonly #name: string;
  readonly #tags: Tags;
  #keys: StampKeys | undefined;

  /**
   * @param tags the option; where it is a function, its tags are known only when an entry is read
   * @throws {TypeError} where it is neither a function nor tags
   */
  constructor(store: Store, name: string, tags: unknown = []) {
    if (typeof tags !== "function") requireTags(tags, `cache "${name}"`);
    this.#store = store;
    this.#name = name;
    this.#tags = tags as Tags;
  }

  tagsOf(...of: readonly unknown[]): readonly string[] | undefined {
    const tags = typeof this.#tags === "function" ? this.#tags(...of) : this.#tags;
    return tags?.length === 0 ? undefined : tags;
  }

  async keys(): Promise<StampKeys> {
    if (this.#keys !== undefined) return this.#keys;
    const { stamps } = this.#store;
    const tags = await stamps.keysOf(typeof this.#tags === "function" ? [] : this.#tags);
    const own = await stamps.keyOf("purged function", this.#name);
    const namespace = await this.#store.namespaceStamps();
    this.#keys = { ...tags, invalidating: [...tags.invalidating, own, ...(namespace?.invalidating ?? [])] };
    return this.#keys;
  }

  async purge(): Promise<void> {
    const name = this.#name;
    await this.#store.stamp([await this.#store.stamps.keyOf("purged function", name)], name);
    await this.#store.lead({ isSoft: false });
    this.#store.emit({ type: "purged", names: [name] });
  }
}
