/** Stands in for `https://api.example.com` in the programs of the documents: preloaded, it answers what they fetch. */

type Route = readonly [method: string, path: RegExp, answer: (request: Request, match: string[]) => Promise<Response>];

const PAGES: Readonly<Record<string, { items: string[]; next?: string }>> = {
  first: { items: ["a", "b"], next: "second" },
  second: { items: ["c", "d"], next: "third" },
  third: { items: ["e"] },
};
/** One pixel would do: the programs look at types and lengths alone. */
const IMAGE = new Uint8Array(1_000);

let tokens = 0;

const routes: readonly Route[] = [
  ["GET", /^\/users\/(\w+)\/orders$/, async (_, [, user = ""]) => Response.json([{ id: `${user}-1`, total: 42 }])],
  ["GET", /^\/articles$/, async ({ url }) => Response.json(PAGES[new URL(url).searchParams.get("cursor") ?? "first"])],
  ["POST", /^\/v1\/responses$/, async (request) => answerOf((await request.json()) as { prompt: string })],
  ["POST", /^\/v1\/embeddings$/, async (request) => embeddingsOf((await request.json()) as { texts: string[] })],
  ["POST", /^\/oauth\/token$/, async () => Response.json({ access_token: `token-${++tokens}`, expires_in: 3600 })],
  ["GET", /^\/profile$/, async ({ headers }) => profileFor(headers.get("authorization"))],
  ["GET", /^\/images\/(\w+)$/, async ({ url }) => imageAs(new URL(url).searchParams.get("as") ?? "image/jpeg")],
  ["GET", /^\/rates\/(\w+)$/, async (_, [, currency = ""]) => Response.json({ currency, perEuro: 11.5 })],
];

function answerOf({ prompt }: { prompt: string }): Response {
  return Response.json({ text: `You asked: ${prompt}`, finishReason: prompt.length > 100 ? "length" : "stop" });
}

function embeddingsOf({ texts }: { texts: string[] }): Response {
  return Response.json(texts.map((text) => [text.length, 0.5]));
}

/** The first token has been revoked, as tokens are. */
function profileFor(authorization: string | null): Response {
  return authorization === "Bearer token-1" ? new Response(null, { status: 401 }) : Response.json({ name: "Ada" });
}

function imageAs(type: string): Response {
  return new Response(IMAGE, { headers: { "content-type": type } });
}

async function upstream(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const { host, pathname } = new URL(request.url);
  const route = routes.find(([method, path]) => method === request.method && path.test(pathname));
  if (host !== "api.example.com" || route === undefined)
    throw new Error(`Cannot answer ${request.method} ${request.url}`);
  return route[2](request, route[1].exec(pathname) ?? []);
}

Object.assign(globalThis, { fetch: upstream });
