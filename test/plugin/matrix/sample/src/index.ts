/** The Worker: one path for each cached function. */
import { bold } from "colours";
import { article } from "./articles.ts";
import { Currency } from "./lib/money.ts";
import { Orders } from "./orders.ts";
import { parity } from "./parity.ts";
import { distance } from "./places.ts";
import { price } from "./prices.ts";
import { rankBy } from "./ranking.ts";
import { digest } from "./report.ts";
import { profile } from "./users.ts";

const ranking = rankBy(3);
const orders = new Orders("eu");

async function answer(path: string): Promise<unknown> {
  switch (path) {
    case "/profile":
      return profile(7, "ada king lovelace");
    case "/price":
      return Promise.all([price(100, Currency.Euro), price(900, Currency.Yen)]);
    case "/distance":
      return distance([52.52, 13.4], [48.86, 2.35]);
    case "/parity":
      return parity(7);
    case "/article":
      return article("Größe zählt");
    case "/ranking":
      return ranking(12, 340);
    case "/digest":
      return digest(["a rose is", "a rose"]);
    case "/order":
      return orders.total("o-17");
    default:
      return { problem: bold(`Nothing at ${path}`) };
  }
}

export default {
  async fetch(request: Request): Promise<Response> {
    return Response.json(await answer(new URL(request.url).pathname));
  },
};
