import { createServer } from "node:http";
import { cached, cachedMethod } from "@autocache/edge";
import { cacheKey } from "@autocache/edge/keys";

class Shop {
  readonly country: string;

  constructor(country: string) {
    this.country = country;
  }

  /** What stands for an instance in keys: shops of one country share their entries. */
  [cacheKey]() {
    return ["Shop", this.country];
  }

  @cached({ ttl: "5m", swr: "1h" })
  async price(product: string) {
    await new Promise((done) => setTimeout(done, 500)); // something slow
    return { text: `${product} costs ${product.length * 100} in ${this.country}`, madeAt: new Date() };
  }
}

// GET /no/tea: the price of tea in Norway; DELETE forgets it.
const server = createServer(async (request, response) => {
  const [country = "", product = ""] = (request.url ?? "").split("/").slice(1);
  const price = cachedMethod(new Shop(country), "price");
  if (request.method === "DELETE") await price.invalidate(product);
  const { value, verdict, version } = await price.trace(product);
  response.setHeader("content-type", "application/json").end(JSON.stringify({ ...value, verdict, version }));
});

const port = Number(process.env.PORT ?? 3000);
server.listen(port, "127.0.0.1", () => console.log(`Listening on http://127.0.0.1:${port}`));
