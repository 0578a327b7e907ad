import { cached } from "@autocache/edge";

// Without a backend, results are kept in the memory of the process.
const forecast = cached(
  async function forecast(city: string) {
    await Bun.sleep(500); // something slow
    return { text: `Fair weather in ${city}`, madeAt: new Date() };
  },
  { ttl: "5m", swr: "1h" },
);

const server = Bun.serve({
  routes: {
    "/:city": async ({ params }) => {
      const { value, verdict, version } = await forecast.trace(params.city);
      return Response.json({ ...value, verdict, version });
    },
  },
});
console.log(`Listening on ${server.url.href}`);
