import { cachedMethod } from "@autocache/edge";
import type { Trace } from "@autocache/edge";
import { Hono } from "hono";
import { daylight } from "./daylight.ts";
import { PLACES } from "./places.ts";
import type { Place } from "./places.ts";
import { earth } from "./planet.ts";

const app = new Hono();

app.get("/", (c) => c.text("GET /daylight/oslo/172\nGET /distance/oslo/nairobi\n"));

app.get("/daylight/:place/:day{[0-9]+}", async (c) => {
  return c.json(report(await daylight.trace(placeOf(c.req.param("place")), Number(c.req.param("day")))));
});

app.get("/distance/:from/:to", async (c) => {
  const distance = cachedMethod(earth, "distance");
  return c.json(report(await distance.trace(placeOf(c.req.param("from")), placeOf(c.req.param("to")))));
});

app.onError((error, c) => c.text(`${error.message}\n`, 500));

function placeOf(name: string): Place {
  const place = PLACES[name];
  if (place === undefined)
    throw new Error(`Cannot find the place "${name}": there are ${Object.keys(PLACES).join(", ")}`);
  return place;
}

/** The answer and how it came about. The version is the fingerprint of the function and of all that it calls. */
function report({ value, verdict, backend, version }: Trace<number>): object {
  return { value, verdict, backend, version };
}

export default app;
