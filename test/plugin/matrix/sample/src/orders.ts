import { cached } from "@autocache/edge";
import { cacheKey } from "@autocache/edge/keys";
import { Repository } from "./lib/repository.ts";
import { pad } from "./lib/text.ts";

export class Orders extends Repository {
  static readonly currency = "EUR";
  readonly #rate = 0.19;

  constructor(readonly region: string) {
    super("orders");
  }

  [cacheKey](): unknown {
    return ["Orders", this.region];
  }

  @cached({ name: "order", ttl: "30s" })
  async total(id: string): Promise<string> {
    const net = id.length * 25;
    return `${this.pathOf(id)} ${this.region} ${pad(net + this.#tax(net), 8)} ${Orders.currency}`;
  }

  describe(): string {
    return `Orders of ${this.region}`;
  }

  #tax(net: number): number {
    return net * this.#rate;
  }
}
