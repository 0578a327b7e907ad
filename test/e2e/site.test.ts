import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import axe from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Documents } from "../../scripts/site/document.ts";
import { serve, type ServedSite } from "../../scripts/site/server.ts";
import { buildSite } from "../../scripts/site/site.ts";
import { documentPaths, groupsOf } from "../../scripts/site/navigation.ts";
import { pageOf } from "../../scripts/site/urls.ts";
import { CHROMIUM, findOrThrow } from "../support/tools.ts";

const BASE = "/some/folder/";
const PHONE = { width: 360, height: 780 };
const TABLET = { width: 768, height: 1024 };
const DESKTOP = { width: 1280, height: 900 };
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];

type PageOptions = Parameters<Browser["newPage"]>[0];

const out = mkdtempSync(join(tmpdir(), "autocache-site-"));
let site: ServedSite;
let browser: Browser;
let built: readonly string[] = [];
/** What went wrong on the pages of a test: errors, requests that failed, and requests to anybody else. */
let problems: string[] = [];

beforeAll(async () => {
  built = await buildSite({ out, base: BASE });
  site = await serve(out, BASE);
  browser = await chromium.launch({
    executablePath: findOrThrow(CHROMIUM),
    args: [...FLAGS, "--disable-sync", "--no-first-run"],
  });
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  rmSync(out, { recursive: true, force: true });
});
beforeEach(() => {
  problems = [];
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  expect(problems).toEqual([]);
});

async function open(path: string, options: PageOptions = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: DESKTOP, ...options });
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(site.url)) problems.push(`request to ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    // What the next page interrupts, such as the icon of the one before.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") problems.push(`failed: ${request.url()}`);
  });
  await page.goto(site.url + path);
  return page;
}

/** Leaves out code, which may show links; the anchors of its lines stay. */
function withoutCode(html: string): string {
  return html.replaceAll(/<pre.*?<\/pre>/gs, (code) => (code.match(/ id="L\d+"/g) ?? []).join(""));
}

/** What sticks out of a page, or is a picture that does not show. */
function faultsOf(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const faults = document.documentElement.scrollWidth > window.innerWidth ? ["scrolls sideways"] : [];
    for (const element of document.querySelectorAll("body *")) {
      if (element.closest(".table, .picture, pre, .skip") !== null) continue;
      const { right, left, width } = element.getBoundingClientRect();
      if (width > 0 && (right > window.innerWidth + 1 || left < -1)) faults.push(element.outerHTML.slice(0, 120));
    }
    for (const image of document.images) {
      image.loading = "eager";
      await image.decode().catch(() => faults.push(`no picture: ${image.src}`));
    }
    return faults;
  });
}

describe("the site", () => {
  it("has a page of every document", () => {
    expect(built).toEqual(expect.arrayContaining(documentPaths().map(pageOf)));
  });

  it("lists every document once, in the order of docs/README.md", () => {
    const documents = new Documents();
    const listed = groupsOf(documents).flatMap(({ paths }) => paths);
    expect(listed.toSorted()).toEqual(documentPaths());
    const index = documents.at("docs/README.md").links.filter((link) => /^[\w-]+\.md$/.test(link));
    expect(index.length).toBeGreaterThan(10);
    const named = new Set(index.map((link) => `docs/${link}`));
    expect(listed.filter((path) => named.has(path))).toEqual([...named]);
  });

  it("has no link to a page, a file or an anchor that is not there", () => {
    const pages = globSync("**/*.html", { cwd: out }).map((path) => path.replaceAll("\\", "/"));
    const texts = new Map(pages.map((page) => [page, withoutCode(readFileSync(join(out, page), "utf8"))]));
    let links = 0;
    const dead = pages.flatMap((page) => {
      const found = Array.from((texts.get(page) ?? "").matchAll(/\s(?:href|src)="([^"]+)"/g), ([, link = ""]) => link);
      return found.flatMap((link) => {
        if (/^[a-z]+:/.test(link)) return [];
        links += 1;
        const [path = "", anchor] = link.split("#", 2);
        const below = path.startsWith(BASE) ? path.slice(BASE.length) : posix.join(posix.dirname(page), path);
        const target = path === "" ? page : below;
        const isThere = existsSync(join(out, target));
        const isAnchored = anchor === undefined || texts.get(target)?.includes(` id="${anchor}"`) === true;
        return isThere && isAnchored ? [] : [`${page}: ${link}`];
      });
    });
    expect(links).toBeGreaterThan(1000);
    expect(dead).toEqual([]);
  });

  it("is served from its folder only", async () => {
    const status = async (path: string): Promise<number> => (await fetch(site.url + path)).status;
    expect(await status("docs/keys.html")).toBe(200);
    expect(await status("docs/")).toBe(200);
    expect(await status("..%2f..%2fetc%2fpasswd")).toBe(404);
    expect(await status("%E0%A4%A")).toBe(404);
    expect((await fetch(new URL("/index.html", site.url))).status).toBe(404);
  });

  it.each([
    ["phone", PHONE],
    ["tablet", TABLET],
    ["desktop", DESKTOP],
  ])("fits on a %s, page by page", async (_, viewport) => {
    const page = await open("index.html", { viewport, isMobile: viewport === PHONE, hasTouch: viewport === PHONE });
    for (const path of documentPaths()) {
      await page.goto(site.url + pageOf(path));
      expect([path, await faultsOf(page)]).toEqual([path, []]);
    }
  });

  it.each([
    ["light", "phone", PHONE],
    ["light", "desktop", DESKTOP],
    ["dark", "phone", PHONE],
    ["dark", "desktop", DESKTOP],
  ] as const)("is accessible in %s on a %s, as axe judges", async (colorScheme, _, viewport) => {
    const page = await open("index.html", { viewport, colorScheme });
    for (const path of ["README.md", "docs/README.md", "docs/backends.md", "docs/http.md", "docs/api/hono.md"]) {
      await page.goto(site.url + pageOf(path));
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run(document));
      expect([path, violations.map(({ id, nodes }) => [id, nodes[0]?.html])]).toEqual([path, []]);
    }
  });

  it("follows the colours of the system, in diagrams too", async () => {
    const page = await open(pageOf("docs/freshness.md"), { colorScheme: "light" });
    const colors = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const picture = page.locator("main img").first();
    const [light, lightPicture] = [await colors(), await picture.screenshot()];
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await colors()).not.toBe(light);
    expect((await picture.screenshot()).equals(lightPicture)).toBe(false);
  });
});

describe("a reader", () => {
  it("goes through the pages by the list and by what comes next", async () => {
    const page = await open("");
    const list = page.getByRole("navigation", { name: "Pages" });
    await list.getByRole("link", { name: "Freshness", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Freshness" }).waitFor();
    expect(await list.locator("[aria-current=page]").textContent()).toBe("Freshness");
    const next = page.locator("a[rel=next]");
    const title = ((await next.textContent()) ?? "").replace(/^Next /, "");
    await next.click();
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await page.locator("a[rel=prev]").click();
    await page.getByRole("heading", { level: 1, name: "Freshness" }).waitFor();
  });

  it("goes by the list on a phone, without scripts as well", async () => {
    for (const javaScriptEnabled of [true, false]) {
      const page = await open("", { viewport: PHONE, isMobile: true, hasTouch: true, javaScriptEnabled });
      const link = page.getByRole("link", { name: "Backends", exact: true }).first();
      expect(await link.isVisible()).toBe(false);
      await page.getByRole("button", { name: "Menu" }).tap();
      await link.tap();
      await page.getByRole("heading", { level: 1, name: "Backends" }).waitFor();
    }
  });

  it("goes to a section by the contents of the page, and sees its heading below the bar", async () => {
    const page = await open(pageOf("docs/api/index.md"));
    await page
      .getByRole("navigation", { name: "On this page" })
      .getByRole("link", { name: "interface Cache", exact: true })
      .click();
    const heading = page.getByRole("heading", { name: "interface Cache", exact: true });
    await expect.poll(async () => (await heading.boundingBox())?.y ?? 0).toBeGreaterThan(56);
    expect((await heading.boundingBox())?.y).toBeLessThan(300);
    expect(new URL(page.url()).hash).toBe("#interface-cache");
  });

  it("finds a word, and goes there by the keyboard", async () => {
    const page = await open(pageOf("docs/keys.md"));
    await page.keyboard.press("/");
    const dialog = page.getByRole("dialog", { name: "Search" });
    await dialog.getByRole("searchbox").fill("keyfor");
    const first = dialog.getByRole("listitem").first();
    await first.getByText("keyFor()", { exact: true }).waitFor();
    expect(await dialog.getByRole("status").textContent()).toMatch(/\d+ section/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/#keyfor$/);
    await page.getByRole("heading", { name: "keyFor()", exact: true }).waitFor();
  });

  it("is told where the search finds nothing, and closes it by Escape", async () => {
    const page = await open("");
    await page.getByRole("button", { name: "Search" }).click();
    const dialog = page.getByRole("dialog", { name: "Search" });
    await dialog.getByRole("searchbox").fill("xyzzyplugh");
    await dialog.getByText("Nothing found").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  });

  it("skips to the content by the first Tab", async () => {
    const page = await open("");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("content");
  });

  it("copies code", async () => {
    const page = await open("");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const figure = page.locator("figure.code").first();
    await figure.hover();
    await figure.getByRole("button", { name: "Copy" }).click();
    await figure.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(await figure.locator("pre").textContent());
  });

  it("gets from an address that is not there to the pages", async () => {
    const page = await open("");
    await page.goto(`${site.url}docs/gone/for/good`);
    expect(problems.splice(0)).toEqual([
      `404 ${site.url}docs/gone/for/good`,
      expect.stringContaining("404 (Not Found)"),
    ]);
    await page.getByRole("heading", { name: "Not found" }).waitFor();
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Freshness", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Freshness" }).waitFor();
  });
});
