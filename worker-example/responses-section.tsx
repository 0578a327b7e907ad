import type { html } from "hono/html";

type Markup = ReturnType<typeof html>;

interface Route {
  readonly path: string;
  /** What says how the response is cached. */
  readonly rule: string;
  readonly story: string;
  /** What to ask with, by what the button is called. */
  readonly questions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What makes it invalid: the button, and the URL that is deleted. */
  readonly invalidation?: readonly [label: string, path: string];
}

const DOCUMENT = "/documents/README.md";

const ROUTES: readonly Route[] = [
  {
    path: DOCUMENT,
    rule: "Cache-Control: max-age=60",
    story:
      "A document as a browser opens it. The DELETE of a document removes what renderDocument() made of it and, by their tag, all responses that show it.",
    questions: { Ask: { accept: "text/html" } },
    invalidation: ["Invalidate its tag", DOCUMENT],
  },
  {
    path: "/badges/hono",
    rule: "Cache-Control: max-age=10, stale-while-revalidate=60",
    story:
      "Asks the slow upstream itself. Fresh for 10 s; in the minute after that, the old badge is sent at once and a new one made behind it.",
    questions: { Ask: {} },
  },
  {
    path: "/overview",
    rule: "Vary: Accept-Language",
    story: "One URL, one stored variant for each language. Cache-Control: max-age=60.",
    questions: {
      English: { "accept-language": "en" },
      Deutsch: { "accept-language": "de-DE,de;q=0.9" },
      Français: { "accept-language": "fr" },
    },
  },
  {
    path: "/packages.ndjson",
    rule: 'routeCache({ ttl: "1m" })',
    story: "Streams a line every 300 ms, and is stored while it streams. Its handler says nothing of caching.",
    questions: { Ask: {} },
  },
];

/** The section of the page about the routes whose responses are cached as a whole. */
export function Responses(): Markup {
  return (
    <section aria-labelledby="responses-title">
      <h2 id="responses-title">
        Responses <span>routeCache(options)</span>
      </h2>
      <p class="lead">
        Whole responses, kept by the rules of HTTP: the route says for how long and for whom, and each answer tells in{" "}
        <code>Cache-Status</code> what became of the request. New code of a route is a miss here too.
      </p>
      <ul class="routes">
        {ROUTES.map((route) => (
          <RouteCard route={route} />
        ))}
      </ul>
    </section>
  );
}

function RouteCard({ route: { path, rule, story, questions, invalidation } }: { route: Route }): Markup {
  const labels = Object.keys(questions);
  return (
    <li class="route" data-route={path}>
      <h3>
        <code>GET {path}</code>
      </h3>
      <strong class="pill">no request yet</strong>
      <div class="rule">
        <code>{rule}</code>
        <p>{story}</p>
      </div>
      <div class="actions">
        {labels.map((label) => (
          <button
            type="button"
            class={`button small${labels.length === 1 ? " primary" : ""}`}
            data-headers={JSON.stringify(questions[label])}
            aria-label={`${label}: ${path}`}
          >
            {label}
          </button>
        ))}
        {invalidation !== undefined && (
          <button
            type="button"
            class="button small"
            data-delete={invalidation[1]}
            aria-label={`${invalidation[0]}: ${path}`}
          >
            {invalidation[0]}
          </button>
        )}
      </div>
      <div class="outcome">
        <p class="preview" hidden></p>
        <p class="meaning"></p>
        <p class="times"></p>
        <p class="header">
          <span>Cache-Status</span> <code>–</code>
        </p>
      </div>
    </li>
  );
}
