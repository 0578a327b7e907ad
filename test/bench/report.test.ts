import { existsSync, globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readResults, type Result } from "../../bench/harness/results.ts";
import { ratioChart } from "../../bench/report/ratio-chart.ts";
import { renderReport } from "../../bench/report/document.ts";
import { valueChart } from "../../bench/report/value-chart.ts";

const committed = readResults();

function spread(median: number): { median: number; min: number; max: number } {
  return { median, min: median, max: median };
}

/** The x and the width of the bars of a colour. */
function barsOf(svg: string, kind: string): { x: number; width: number }[] {
  const found = svg.matchAll(
    new RegExp(`<rect x="([\\d.]+)" y="[\\d.]+" width="([\\d.]+)" height="5" class="${kind}"`, "g"),
  );
  return Array.from(found, ([, x, width]) => ({ x: Number(x), width: Number(width) }));
}

describe("docs/benchmarks.md", () => {
  const { document, pictures } = renderReport(committed);

  it("is what the renderer makes of the committed figures", () => {
    expect(readFileSync("docs/benchmarks.md", "utf8")).toBe(document);
  });

  it("has the pictures that the renderer makes of them, and no others", () => {
    const there = globSync("benchmarks/*.svg", { cwd: "docs" }).map((path) => path.replaceAll("\\", "/"));
    expect(there.toSorted()).toEqual(Object.keys(pictures).toSorted());
    for (const [file, picture] of Object.entries(pictures)) {
      expect([file, readFileSync(`docs/${file}`, "utf8")]).toEqual([file, picture]);
    }
  });

  it("shows each picture", () => {
    const shown = [...document.matchAll(/^!\[.+\]\((.+)\)$/gm)].map(([, file]) => file);
    expect(shown.toSorted()).toEqual(Object.keys(pictures).toSorted());
    expect(shown.every((file) => existsSync(`docs/${file}`))).toBe(true);
  });

  it("tells every miss as a miss", () => {
    const section = document.slice(document.indexOf("## Numbers to reach"));
    const [, met = "", all = ""] = /^(\d+) of (\d+) are met\.$/m.exec(section) ?? [];
    expect(section.match(/\| met \|$/gm)?.length ?? 0).toBe(Number(met));
    expect(section.match(/\| \*\*missed\*\*/g)?.length ?? 0).toBe(Number(all) - Number(met));
    expect(Number(all)).toBeGreaterThan(30);
  });
});

describe("the committed figures", () => {
  it("answer every question on every runtime that it is asked on", () => {
    const names = committed.map(({ question, runtime }) => `${question}.${runtime}`);
    const loops = ["hit", "canonical", "codec", "single-flight", "miss"];
    const runtimes = ["node", "deno", "bun", "workerd"];
    const expected = loops.flatMap((question) => runtimes.map((runtime) => `${question}.${runtime}`));
    const others = ["route.workerd", "memory.node", "bundle.workerd", "import.node"];
    expect(names.toSorted()).toEqual([...expected, ...others].toSorted());
  });

  it("tell nothing of the machine but its kind", () => {
    for (const { machine } of committed) expect(machine).toMatch(/^\d+ cores, [a-z0-9]+ [a-z0-9]+$/);
    expect(JSON.stringify(committed)).not.toMatch(/\/(?:home|root|tmp|work|Users)\//);
  });

  it("have a version of each package that is compared", () => {
    const { packages = {} } = committed.find(({ question }) => question === "hit") ?? ({} as Partial<Result>);
    expect(Object.keys(packages).length).toBeGreaterThan(10);
    for (const version of Object.values(packages)) expect(version).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe("ratioChart()", () => {
  const rows = [
    { label: "a < b", isOurs: true, ratios: { node: spread(0.5), bun: spread(2) } },
    { label: "slow", isOurs: false, ratios: { node: spread(100) } },
  ];
  const svg = ratioChart("A title", rows, ["node", "bun"]);

  it("draws what is cheaper than the floor to its left, and what is dearer to its right", () => {
    const floor = Number(/<line x1="([\d.]+)"[^>]*class="floor"/.exec(svg)?.[1]);
    const [cheap, dear] = barsOf(svg, "node");
    expect((cheap?.x ?? 0) + (cheap?.width ?? 0)).toBeCloseTo(floor, 0);
    expect(dear?.x).toBeCloseTo(floor, 0);
    // On a logarithmic scale, half and twice are as far from it.
    expect(barsOf(svg, "bun")[0]?.width).toBeCloseTo(cheap?.width ?? 0, 0);
  });

  it("is readable in light and in dark, and says in words what it shows", () => {
    expect(svg).toContain("@media (prefers-color-scheme: dark)");
    expect(svg).toContain("<desc>a &lt; b: node 0.50, bun 2.00; slow: node 100</desc>");
    expect(svg).toContain("<title>A title</title>");
  });
});

describe("valueChart()", () => {
  it("draws bars from zero, as long as the figures are", () => {
    const rows = [100, 400].map((value) => ({ label: String(value), isOurs: true, value, told: `${value} bytes` }));
    const widths = [...valueChart("Sizes", rows, "node").matchAll(/width="([\d.]+)" height="10" class="node"/g)];
    const [short = 0, long = 0] = widths.map(([, width]) => Number(width));
    expect(long / short).toBeCloseTo(4, 1);
  });
});
