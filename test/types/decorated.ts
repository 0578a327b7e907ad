/**
 * Decorated classes for the type tests, in a file of its own: Vitest cannot read a decorator in a file of type tests.
 * tsc checks this one as it does all others; nothing runs it.
 */
import { cached, createCache } from "../../src/index.ts";

const cache = createCache();

export class Shop {
  readonly country: string;

  constructor(country: string) {
    this.country = country;
  }

  @cached({ ttl: "1h" })
  async price(id: string, quantity?: number): Promise<number> {
    return id.length * (quantity ?? 1);
  }

  @cache.cached({ name: "names", shouldCache: (value) => value !== undefined })
  async names(): Promise<string[]> {
    return [this.country];
  }

  @cached()
  static async countries(prefix: string): Promise<string[]> {
    return [prefix];
  }

  @cached({ key: (id: string) => id.toLowerCase(), ttl: (value: number, id) => value + id.length })
  async stock(id: string): Promise<number> {
    return id.length;
  }

  @cached({ ttl: "1h" })
  async #secret(id: string): Promise<string> {
    return id;
  }

  async reveal(): Promise<string> {
    return this.#secret("a");
  }

  plain(id: string): string {
    return id;
  }
}

export class WrongMethods {
  // @ts-expect-error the key takes another type than the method
  @cached({ key: (id: number) => id })
  async byKey(id: string): Promise<string> {
    return id;
  }

  // @ts-expect-error the ttl takes another type than the method returns
  @cached({ ttl: (value: string) => value.length })
  async byTtl(): Promise<number> {
    return 1;
  }

  // @ts-expect-error a sync method would have to become async
  @cached()
  sync(): number {
    return 1;
  }

  // @ts-expect-error there is no such option
  @cached({ maxAge: 1 })
  async unknown(): Promise<number> {
    return 1;
  }
}

// @ts-expect-error a class is no method
@cached()
export class WrongKinds {
  // @ts-expect-error a field is no method
  @cached()
  field = 1;

  // @ts-expect-error a field that holds a function is no method
  @cached()
  arrow = async (): Promise<number> => 1;

  // @ts-expect-error a getter is no method
  @cached()
  get getter(): Promise<number> {
    return Promise.resolve(1);
  }

  // @ts-expect-error a setter is no method
  @cached()
  set setter(_value: number) {}

  // @ts-expect-error an accessor is no method
  @cached()
  accessor accessor = 1;
}
