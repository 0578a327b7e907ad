import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CHROMIUM, findOrThrow } from "../support/tools.ts";
import { call, ExampleCopy, largestSource } from "./example-copy.ts";

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
const REBUILT = { timeout: 30_000 };
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];

type PageOptions = Parameters<Browser["newPage"]>[0];

const copy = new ExampleCopy();
let browser: Browser;
let url = "";
let path = "";
/** What went wrong on the pages of a test: errors on the console, and requests to anybody else. */
let problems: string[] = [];

beforeAll(async () => {
  url = await copy.serve();
  path = await largestSource(url);
  browser = await chromium.launch({
    executablePath: findOrThrow(CHROMIUM),
    args: [...FLAGS, "--disable-sync", "--no-first-run"],
  });
});
afterAll(async () => {
  await browser?.close();
  await copy.remove();
});
beforeEach(async () => {
  problems = [];
  await call(url, "/cache", { method: "DELETE" });
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(problems).toEqual([]);
});

async function open(address: string, options: PageOptions = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: DESKTOP, ...options });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(address)) problems.push(`request to ${request.url()}`);
  });
  await page.goto(address);
  return page;
}

/** Presses a button or a link, and waits until the page has said what came of it. */
async function press(control: Locator): Promise<string> {
  const page = control.page();
  const status = page.getByRole("status");
  await page.evaluate(() => document.querySelector("#status")?.replaceChildren());
  await control.click();
  await status.filter({ hasText: /./ }).waitFor();
  await page.locator("[aria-busy]").waitFor({ state: "detached" });
  return (await status.textContent()) ?? "";
}

function documentLink(page: Page, document: string): Locator {
  return page.locator(`a[data-document="${document}"]`);
}

async function hasNoHorizontalScroll(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
}

/** How light the page's background is: the first of its three channels, up to 255. */
async function lightness(colorScheme: "light" | "dark"): Promise<number> {
  const page = await open(url, { colorScheme });
  const color = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  return Number(/\d+/.exec(color)?.[0]);
}

describe("the example's page", () => {
  it("shows a miss, then a hit, then a miss again for a call that was invalidated", async () => {
    const page = await open(url);
    const verdict = page.locator("#verdict");

    expect(await press(documentLink(page, path))).toMatch(`renderDocument(${path}): miss in `);
    expect(await verdict.textContent()).toBe("miss");
    expect(await page.locator("#viewer .code").textContent()).toMatch(/import /);

    expect(await press(page.getByRole("button", { name: "Ask again" }))).toMatch("hit from memory in ");
    expect(await verdict.textContent()).toBe("hit");
    expect(await page.locator("#answered").textContent()).toMatch(/^from memory, /);
    expect(await page.locator("#key").textContent()).toMatch(/^documents:renderDocument@.{8}:.{43}$/);
    expect(await page.locator("#version").textContent()).toMatch(/^a1_[\w-]{22}$/);
    expect(await page.locator("#version-kind").textContent()).toMatch(/^Fingerprint /);
    expect(await page.locator("#time").textContent()).toMatch(/ ms$/);
    expect(await page.locator("#history li").count()).toBe(2);

    await press(page.getByRole("button", { name: "Invalidate this call" }));
    expect(await verdict.textContent()).toBe("invalidated");
    expect(await press(page.getByRole("button", { name: "Ask again" }))).toMatch("miss in ");
  });

  it("shows every call as a miss after everything was cleared", async () => {
    const page = await open(url);
    const load = page.locator("#load");
    await press(documentLink(page, path));
    await press(load);
    expect(await press(load)).toMatch(/12 hits, 0 misses/);

    await press(page.getByRole("button", { name: "Clear everything" }));
    expect(await press(page.getByRole("button", { name: "Ask again" }))).toMatch("miss in ");
    expect(await press(load)).toMatch(/0 hits, 12 misses/);
  });

  it("shows the verdict of each package", async () => {
    const page = await open(url);
    const hono = page.locator('[data-package="hono"]');
    await press(page.getByRole("button", { name: "Load the dashboard" }));
    expect(await page.locator('.card .pill[data-verdict="miss"]').count()).toBe(12);
    expect(await hono.textContent()).toMatch(/\d+\.\d+\.\d+ · MIT/);

    await press(page.getByRole("button", { name: "Load it again" }));
    expect(await page.locator('.card .pill[data-verdict="hit"]').count()).toBe(12);

    await press(page.getByRole("button", { name: "Invalidate hono" }));
    expect(await hono.locator(".pill").textContent()).toBe("invalidated");
    expect(await press(page.locator("#load"))).toMatch(/11 hits, 1 miss /);
    expect(await hono.locator(".pill").textContent()).toBe("miss");
  });

  it("shows what the cache said of each response, and what that means", async () => {
    const page = await open(url);
    const card = page.locator('[data-route="/documents/README.md"]');
    const ask = card.getByRole("button", { name: /^Ask/ });

    expect(await press(ask)).toMatch("GET /documents/README.md: miss in ");
    expect(await card.locator(".pill").textContent()).toBe("miss");
    expect(await card.locator(".meaning").textContent()).toMatch(/the handler ran\. Stored, fresh for \d+ s\.$/);
    expect(await card.locator(".header code").textContent()).toMatch(
      /^autocache;fwd=(?:uri-)?miss;stored;ttl=\d+;key="/,
    );
    expect(await card.locator(".preview").textContent()).toMatch(/^“README\.md”, \d+ KB of HTML$/);

    expect(await press(ask)).toMatch("GET /documents/README.md: hit in ");
    expect(await card.locator(".pill").textContent()).toBe("hit");
    expect(await card.locator(".meaning").textContent()).toMatch(/no handler ran\. Fresh for \d+ s more\.$/);

    await press(card.getByRole("button", { name: /^Invalidate/ }));
    expect(await card.locator(".pill").textContent()).toBe("invalidated");
    expect(await press(ask)).toMatch("GET /documents/README.md: miss in ");
  });

  it("shows a response for each language", async () => {
    const page = await open(url);
    const card = page.locator('[data-route="/overview"]');
    for (const [name, text] of [
      ["English", "documents of"],
      ["Deutsch", "Dokumente mit"],
    ] as const) {
      const button = card.getByRole("button", { name });
      expect(await press(button)).toMatch("GET /overview: miss in ");
      expect(await card.locator(".preview").textContent()).toMatch(text);
      expect(await press(button)).toMatch("GET /overview: hit in ");
    }
  });

  it("shows a response while it streams, and a picture as a picture", async () => {
    const page = await open(url);
    const lines = page.locator('[data-route="/packages.ndjson"]');
    await lines.getByRole("button").click();
    await lines
      .locator(".preview")
      .filter({ hasText: /^[1-9] lines?, / })
      .waitFor();
    await lines.locator(".preview").filter({ hasText: "12 lines, the last of " }).waitFor();
    expect(await press(lines.getByRole("button"))).toMatch("GET /packages.ndjson: hit in ");
    const badge = page.locator('[data-route="/badges/hono"]');
    await press(badge.getByRole("button"));
    expect(await badge.locator(".preview svg").getAttribute("aria-label")).toMatch(/^hono \d+\.\d+\.\d+ at /);
  });

  it("tells that the response cache stands aside for the traces of functions", async () => {
    const page = await open(url);
    await press(documentLink(page, "wrangler.toml"));
    expect(await page.locator("#cache-status").textContent()).toBe("autocache;fwd=bypass;detail=request");
    expect(await page.locator("#cache-status-meaning").textContent()).toMatch(/stood aside/);
  });

  it("counts what was computed and not what was a hit", async () => {
    const page = await open(url);
    const counts = page.locator("#computations");
    await press(documentLink(page, path));
    const afterMiss = await counts.textContent();
    expect(afterMiss).toMatch(/renderDocument [1-9]\d* · packageFacts \d+/);
    await press(page.getByRole("button", { name: "Ask again" }));
    expect(await counts.textContent()).toBe(afterMiss);
  });

  it("is used with the keyboard alone", async () => {
    const page = await open(url);
    await documentLink(page, "wrangler.toml").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "renderDocument(wrangler.toml): miss" }).waitFor();
    await page.getByRole("region", { name: "wrangler.toml" }).waitFor();
    await page.getByRole("button", { name: "Ask again" }).focus();
    await page.keyboard.press("Space");
    await page.getByRole("status").filter({ hasText: "renderDocument(wrangler.toml): hit" }).waitFor();
  });

  it("fits a phone, before and after a document and the dashboard are shown", async () => {
    const page = await open(url, { viewport: PHONE });
    expect(await hasNoHorizontalScroll(page)).toBe(true);
    await page.getByText("Choose a document", { exact: true }).click();
    expect(await hasNoHorizontalScroll(page)).toBe(true);
    await press(documentLink(page, path));
    await press(page.locator("#load"));
    for (const name of ["Ask: /documents/README.md", "Ask: /badges/hono"])
      await press(page.getByRole("button", { name }));
    expect(await hasNoHorizontalScroll(page)).toBe(true);
    expect(await documentLink(page, path).isVisible()).toBe(false);
  });

  it("is dark for a reader who prefers dark, and light for others", async () => {
    expect(await lightness("light")).toBeGreaterThan(200);
    expect(await lightness("dark")).toBeLessThan(50);
  });

  it("follows links inside a document to other documents and to headings", async () => {
    const page = await open(url);
    await press(documentLink(page, "README.md"));
    await page.locator('#viewer a[href="#section-the-example-worker"]').first().click();
    await page.waitForFunction(() => document.querySelector("#viewer")?.scrollTop !== 0);
    const link = page.locator('#viewer a[href="/documents/docs/keys.md"]').first();
    expect(await press(link)).toMatch("renderDocument(docs/keys.md): miss");
    expect(await documentLink(page, "docs/keys.md").getAttribute("aria-current")).toBe("true");
  });

  it("tells new code from the same, and when earlier code is back", async () => {
    const page = await open(url);
    const [version, kind] = [page.locator("#version"), page.locator("#version-kind")];
    const again = page.getByRole("button", { name: "Ask again" });
    await press(documentLink(page, path));
    const first = await version.textContent();

    const edit = async (from: string, to: string): Promise<void> => {
      const before = (await call(url, `/documents/${path}`)).version;
      copy.edit("worker-example/token-classes.ts", from, to);
      await expect.poll(async () => (await call(url, `/documents/${path}`)).version, REBUILT).not.toBe(before);
      await press(again);
    };
    await edit("`t-${token}`", "`t-${token} tinted`");
    expect(await kind.textContent()).toBe("New since the call before");
    expect(await version.textContent()).not.toBe(first);
    expect(await page.locator("#history .code-change").textContent()).toMatch(/^new code a1_/);
    await press(again);
    expect(await kind.textContent()).toMatch(/^Fingerprint /);

    await edit(" tinted", "");
    expect(await kind.textContent()).toBe("Back to what ran earlier");
    expect(await version.textContent()).toBe(first);
    expect(await hasNoHorizontalScroll(page)).toBe(true);
  });

  it("opens documents without its script", async () => {
    const page = await open(url, { javaScriptEnabled: false });
    await documentLink(page, path).click();
    await page.getByRole("heading", { name: path }).waitFor();
    expect(await page.locator("article .code").textContent()).toMatch(/import /);
  });
});

describe("the example's page without the KV binding", () => {
  const incomplete = new ExampleCopy();
  afterAll(() => incomplete.remove());

  it("tells what is missing in its status line", async () => {
    incomplete.edit("wrangler.toml", /\[\[kv_namespaces]]\n(?:.+\n)+/, "");
    const page = await open(await incomplete.serve());
    expect(await press(documentLink(page, "wrangler.toml"))).toMatch(/CACHE.*wrangler\.toml/);
    expect(problems.splice(0)).toEqual([expect.stringContaining("status of 500")]);
  });
});
