import { html, raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { DocumentEntry } from "./data.ts";
import { Responses } from "./responses-section.tsx";

type Markup = ReturnType<typeof html>;

/** The page at `/`. It is complete without its script, but for the buttons: every document is a link. */
export function homePage(documents: readonly DocumentEntry[], packages: readonly string[]): Markup {
  return layout(
    "autocache: an example Worker",
    <>
      <header class="top">
        <p class="brand">
          <img src="/mark.svg" alt="" width="28" height="28" />
          autocache <span>example Worker</span>
        </p>
        <p class="counts">
          Computed since this isolate started: <b id="computations">not asked yet</b>
        </p>
        <button type="button" class="button" id="clear">
          Clear everything
        </button>
      </header>
      <main>
        <div class="intro">
          <h1>Ask twice, compute once.</h1>
          <p>
            Two functions of this Worker are expensive: one burns CPU, one waits for a slow service. Both are wrapped in{" "}
            <code>cache.cached(…)</code>. The first call for an argument is a miss and pays; the next is a hit. Below,
            whole <a href="#responses-title">responses</a> are cached too.
          </p>
        </div>
        <Documents documents={documents} />
        <Packages names={packages} />
        <Responses />
      </main>
      <p id="status" class="status" role="status" aria-live="polite"></p>
      <script type="module" src="/app.js"></script>
    </>,
  );
}

/** A rendered document: a page of its own, from which the script at `/` takes the `<article>`. */
export function documentPage(document: DocumentEntry, rendered: string): Markup {
  const kind = document.language === "markdown" ? "prose" : "source";
  return layout(
    document.path,
    <main class="single">
      <p>
        <a href="/">All documents</a>
      </p>
      <h1>{document.path}</h1>
      <article class={`document ${kind}`}>{raw(rendered)}</article>
    </main>,
  );
}

function Documents({ documents }: { documents: readonly DocumentEntry[] }): Markup {
  return (
    <section aria-labelledby="documents-title">
      <h2 id="documents-title">
        Documents <span>renderDocument(document)</span>
      </h2>
      <p class="lead">
        Renders Markdown and highlights source code with Shiki. Kept in memory and in Workers KV, for every data centre.
      </p>
      <p class="lead">
        Edit <code>worker-example/highlight.ts</code> while this runs, and ask again: new code is a miss. Take the edit
        back, and the old entries are hits again.
      </p>
      <div class="workbench">
        <details class="files" id="files" open>
          <summary>Choose a document</summary>
          <nav aria-label="Documents">
            {[...groupByFolder(documents)].map(([folder, entries]) => (
              <>
                <h3>{folder}</h3>
                <ul>
                  {entries.map((entry) => (
                    <li>
                      <a href={`/documents/${entry.path}`} data-document={entry.path}>
                        {entry.path.slice(entry.path.lastIndexOf("/") + 1)} <small>{entry.lines} lines</small>
                      </a>
                    </li>
                  ))}
                </ul>
              </>
            ))}
          </nav>
        </details>
        <div class="viewer">
          <p class="viewer-title" id="viewer-title">
            No document chosen
          </p>
          <div class="viewer-body" id="viewer" role="region" aria-labelledby="viewer-title" tabindex={0}>
            <p class="empty">Choose a document: the first time it is computed, the second time it is not.</p>
          </div>
        </div>
        <CallPanel />
      </div>
    </section>
  );
}

function CallPanel(): Markup {
  return (
    <div class="call">
      <p class="verdict">
        <strong class="pill" id="verdict">
          no call yet
        </strong>{" "}
        <span id="answered"></span>
      </p>
      <p class="time">
        <b id="time">–</b> <span>measured by this browser</span>
      </p>
      <p class="ratio" id="ratio"></p>
      <div class="actions">
        <button type="button" class="button primary" id="again" disabled>
          Ask again
        </button>
        <button type="button" class="button" id="invalidate" disabled>
          Invalidate this call
        </button>
      </div>
      <h3>Calls so far</h3>
      <ol class="history" id="history"></ol>
      <dl>
        <dt>Code version</dt>
        <dd>
          <code id="version">–</code> <span id="version-kind"></span>
        </dd>
        <dt>Key</dt>
        <dd>
          <code id="key">–</code>
        </dd>
        <dt>By the Worker's own clock</dt>
        <dd id="took">–</dd>
        <dt>Response cache</dt>
        <dd>
          <code id="cache-status">–</code> <span id="cache-status-meaning"></span>
        </dd>
      </dl>
    </div>
  );
}

function Packages({ names }: { names: readonly string[] }): Markup {
  return (
    <section aria-labelledby="packages-title">
      <h2 id="packages-title">
        Packages <span>packageFacts(name)</span>
      </h2>
      <p class="lead">
        An upstream takes 300 ms to tell about one package. Each answer is cached by itself, in memory and in the Cache
        API: invalidate one, and only that one is asked for again.
      </p>
      <div class="bar">
        <button type="button" class="button primary" id="load">
          Load the dashboard
        </button>
        <p id="total"></p>
        <p class="code-version">
          Code version <code id="packages-version">–</code>
        </p>
      </div>
      <ul class="cards" id="cards">
        {names.map((name) => (
          <li class="card" data-package={name}>
            <h3>{name.split("/").flatMap((part, index) => (index === 0 ? [part] : ["/", <wbr />, part]))}</h3>
            <strong class="pill">no call yet</strong>
            <p class="facts"></p>
            <p class="detail"></p>
            <button type="button" class="button small" aria-label={`Invalidate ${name}`}>
              Invalidate
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function groupByFolder(documents: readonly DocumentEntry[]): Map<string, DocumentEntry[]> {
  return Map.groupBy(documents, ({ path }) => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "project"));
}

function layout(title: string, body: Child): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="/mark.svg" />
        <link rel="stylesheet" href="/style.css" />
        <link rel="stylesheet" href="/layout.css" />
        <link rel="stylesheet" href="/call.css" />
        <link rel="stylesheet" href="/document.css" />
        <link rel="stylesheet" href="/responses.css" />
      </head>
      <body>
        ${body}
      </body>
    </html>`;
}
