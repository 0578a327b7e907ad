import type { PackageFacts } from "./data.ts";

const CHARACTER_WIDTH = 7.2;
const PADDING = 10;

/** Draws a package's version, and when it was asked for: so that an old badge is known from a new one. */
export function badge({ name, version }: PackageFacts, at: Date): string {
  const right = `${version} at ${at.toISOString().slice(11, 19)}`;
  const [leftWidth, rightWidth] = [widthOf(name), widthOf(right)];
  const text = `font-family="ui-monospace, Menlo, Consolas, monospace" font-size="12" fill="#ffffff"`;
  const width = leftWidth + rightWidth;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="24" viewBox="0 0 ${width} 24" role="img" aria-label="${name} ${right}">`,
    `<rect width="${leftWidth}" height="24" fill="#3c4744"/>`,
    `<rect x="${leftWidth}" width="${rightWidth}" height="24" fill="#0b7a66"/>`,
    `<text x="${PADDING}" y="16" ${text}>${name}</text>`,
    `<text x="${leftWidth + PADDING}" y="16" ${text}>${right}</text>`,
    `</svg>`,
  ].join("");
}

function widthOf(text: string): number {
  return Math.ceil(text.length * CHARACTER_WIDTH) + 2 * PADDING;
}
