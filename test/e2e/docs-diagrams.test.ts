import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DOCUMENTS, read } from "../support/documents.ts";
import { CHROMIUM, findOrThrow } from "../support/tools.ts";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
/** The contrast that WCAG 2.2 asks of text, 1.4.3. */
const LEAST_CONTRAST = 4.5;

const diagrams = globSync("docs/diagrams/*.svg").toSorted();

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findOrThrow(CHROMIUM), args: FLAGS });
});
afterAll(() => browser?.close());

interface Word {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** As the browser computes it: `rgb(r, g, b)`. */
  readonly colour: string;
  /** Of the smallest box that holds its middle. */
  readonly behind: string;
  /** Whether it lies in that box as a whole. */
  readonly fits: boolean;
}

async function open(path: string, colorScheme: "light" | "dark"): Promise<Page> {
  const page = await browser.newPage({ colorScheme, viewport: { width: 800, height: 600 } });
  await page.setContent(readFileSync(path, "utf8"));
  return page;
}

/** Every text of a diagram, with the box that it lies in. */
function wordsOf(page: Page): Promise<Word[]> {
  return page.evaluate(() => {
    const boxes = [...document.querySelectorAll("rect")].map((rect) => ({
      at: rect.getBoundingClientRect(),
      fill: getComputedStyle(rect).fill,
    }));
    return [...document.querySelectorAll("text")].map((text) => {
      const { left, top, right, bottom } = text.getBoundingClientRect();
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      const around = boxes
        .filter(({ at }) => at.left <= x && x <= at.right && at.top <= y && y <= at.bottom)
        .toSorted((a, b) => a.at.width * a.at.height - b.at.width * b.at.height)[0];
      const fits = around !== undefined && around.at.left <= left && right <= around.at.right;
      const colour = getComputedStyle(text).fill;
      return { text: text.textContent ?? "", left, top, right, bottom, colour, behind: around?.fill ?? "", fits };
    });
  });
}

/** The luminance of `rgb(r, g, b)`, by WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = Array.from(colour.matchAll(/\d+/g), ([digits]) => {
    const part = Number(digits) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast({ colour, behind }: Word): number {
  const [dark = 0, light = 0] = [luminance(colour), luminance(behind)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function overlaps(a: Word, b: Word): boolean {
  return a.left < b.right && b.left < a.right && a.top + 2 < b.bottom && b.top + 2 < a.bottom;
}

describe("the diagrams", () => {
  it("are there, each shown by a document with words for who does not see it", () => {
    const shown = DOCUMENTS.flatMap((file) => [...read(file).matchAll(/!\[([^\]]*)\]\(diagrams\/(\S+)\)/g)]);
    expect(diagrams.length).toBeGreaterThan(4);
    expect(shown.map(([, , file]) => file).toSorted()).toEqual(diagrams.map((path) => basename(path)));
    for (const [, alt = ""] of shown) expect(alt.length).toBeGreaterThan(80);
  });

  it.each(diagrams)("%s has a title, text as text, and nothing from elsewhere", (path) => {
    const text = readFileSync(path, "utf8");
    expect(text).toMatch(/<title id="title">[^<]+<\/title>\s*<desc id="desc">[^<]+<\/desc>/);
    expect(text.match(/<text/g)?.length).toBeGreaterThan(5);
    expect(text.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|@import|href|<script|<image/);
  });

  describe.each(["light", "dark"] as const)("in %s", (scheme) => {
    it.each(diagrams)("%s keeps each text in its box, legible, and off the others", async (path) => {
      const page = await open(path, scheme);
      const words = await wordsOf(page);
      await page.close();
      expect(words.filter(({ fits }) => !fits).map(({ text }) => text)).toEqual([]);
      expect(words.filter((word) => contrast(word) < LEAST_CONTRAST).map(({ text }) => text)).toEqual([]);
      const pairs = words.flatMap((a, index) => words.slice(index + 1).map((b) => [a, b] as const));
      expect(pairs.filter(([a, b]) => overlaps(a, b)).map(([a, b]) => `${a.text} / ${b.text}`)).toEqual([]);
    });
  });

  it("are dark where the reader's system is", async () => {
    const papers = await Promise.all(
      (["light", "dark"] as const).map(async (scheme) => {
        const page = await open(diagrams[0] ?? "", scheme);
        return page.evaluate(() => getComputedStyle(document.querySelector(".paper") ?? document.body).fill);
      }),
    );
    expect(papers.map((paper) => luminance(paper) > 0.5)).toEqual([true, false]);
  });
});
