import { RUNTIMES, type RuntimeName } from "../questions.ts";

/** The colours, in light and in dark: told apart by people who do not see red or green, too. */
const STYLE = `
svg { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; }
.paper { fill: #ffffff; } .text { fill: #24292f; } .muted { fill: #656d76; } .ours { fill: #eef4ff; }
.grid { stroke: #d8dee4; } .floor { stroke: #24292f; stroke-width: 1.5; } .whisker { stroke: #24292f; }
.node { fill: #0072b2; } .deno { fill: #7a7f87; } .bun { fill: #d55e00; } .workerd { fill: #009e73; }
.title { font-weight: 600; font-size: 14px; } .strong { font-weight: 600; }
@media (prefers-color-scheme: dark) {
.paper { fill: #0d1117; } .text { fill: #e6edf3; } .muted { fill: #8d96a0; } .ours { fill: #16233a; }
.grid { stroke: #30363d; } .floor { stroke: #e6edf3; } .whisker { stroke: #e6edf3; }
.node { fill: #56b4e9; } .deno { fill: #b4bac2; } .bun { fill: #f08a4b; } .workerd { fill: #3ccb9f; }
}`;

export const WIDTH = 760;
/** Where the plot begins and ends; the names of rows stand before it. */
export const PLOT = { left: 320, right: 690 } as const;

/** Makes a whole picture, with its own paper: a page may be light where the reader's system is dark. */
export function picture(title: string, description: string, height: number, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escaped(title)}</title>
<desc>${escaped(description)}</desc>
<style>${STYLE}
</style>
<rect class="paper" width="${WIDTH}" height="${height}" rx="6"/>
${text(16, 26, title, "text title")}
${parts.join("\n")}
</svg>
`;
}

export function text(
  x: number,
  y: number,
  content: string,
  kind = "text",
  anchor: "start" | "middle" | "end" = "start",
): string {
  const anchored = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  return `<text x="${round(x)}" y="${round(y)}" class="${kind}"${anchored}>${escaped(content)}</text>`;
}

export function bar(x: number, y: number, width: number, height: number, kind: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(Math.max(width, 1))}" height="${height}" class="${kind}" rx="1"/>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" class="${kind}"/>`;
}

/** Says which colour is which runtime, from the right edge. */
export function legend(runtimes: readonly RuntimeName[]): string {
  const width = 78;
  return runtimes
    .map((runtime, i) => {
      const x = WIDTH - 16 - (runtimes.length - i) * width;
      return bar(x, 17, 10, 10, runtime) + text(x + 15, 26, RUNTIMES[runtime], "text");
    })
    .join("\n");
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
