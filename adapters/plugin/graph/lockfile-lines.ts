import { type LockEntry, splitId } from "./lockfile-json.ts";

/** A paragraph of a lock file: its heading, and the lines below it. */
interface Block {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** Reads pnpm-lock.yaml, versions 5 to 9. */
export function readPnpmLock(text: string): readonly LockEntry[] {
  const section = blocks(text, "").find((block) => block.heading === "packages");
  if (section === undefined) return [];
  return blocks(section.lines.join("\n"), "  ").flatMap((block) => pnpmEntry(block) ?? []);
}

function pnpmEntry({ heading, lines }: Block): LockEntry | undefined {
  const body = lines.join("\n");
  const content =
    /\bintegrity: ([^\s,}]+)/.exec(body)?.[1] ??
    /\btarball: ([^\s,}]+)/.exec(body)?.[1] ??
    /\bcommit: (\w+)/.exec(body)?.[1];
  if (content === undefined) return undefined;
  const id = heading.replace(/^\//, "").replace(/\(.*$/, "");
  // Up to version 5 a "/" stands between name and version, and "_" before the peers.
  const old = /^((?:@[^/]+\/)?[^/@]+)\/(\d[^/_]*)(?:_.*)?$/.exec(id);
  const [name, rest] = old === null ? splitId(id) : [old[1] ?? id, old[2]];
  const version = field(lines, "version") ?? rest;
  return {
    name: field(lines, "name") ?? name,
    content,
    ...(version !== undefined && /^\d/.test(version) ? { version } : {}),
  };
}

/** Reads yarn.lock: of version 1, and of version 2 and later. */
export function readYarnLock(text: string): readonly LockEntry[] {
  return blocks(text, "").flatMap(({ heading, lines }) => {
    const version = field(lines, "version");
    const resolution = field(lines, "resolution");
    if (version === undefined || resolution?.includes("@workspace:") === true) return [];
    const content =
      field(lines, "integrity") ?? field(lines, "checksum") ?? field(lines, "resolved") ?? resolution ?? "";
    return [{ name: yarnName(resolution ?? heading), version, content }];
  });
}

/** The name a package has for itself: what is behind `npm:`, if the descriptor gives it another. */
function yarnName(descriptors: string): string {
  const first = descriptors.split(", ", 1)[0]?.replaceAll('"', "") ?? "";
  const [name, range = ""] = splitId(first);
  const alias = /^npm:((?:@[^/]+\/)?[^@/]+)@/.exec(range);
  return alias?.[1] ?? name;
}

/** Cuts a text at the lines of one indentation. */
function blocks(text: string, indentation: string): readonly Block[] {
  const found: { readonly heading: string; readonly lines: string[] }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const rest = line.startsWith(indentation) ? line.slice(indentation.length) : "";
    if (rest === "" || rest.startsWith("#")) continue;
    if (/^\s/.test(rest)) found.at(-1)?.lines.push(line);
    else found.push({ heading: unquoted(rest.replace(/:\s*(?:\{\})?$/, "")), lines: [] });
  }
  return found;
}

function unquoted(text: string): string {
  return text.replace(/^(['"])(.*)\1$/, "$2");
}

/** The value of `name: value` or `name "value"` at the outermost indentation of a block. */
function field(lines: readonly string[], name: string): string | undefined {
  const indentation = /^\s*/.exec(lines[0] ?? "")?.[0] ?? "";
  for (const line of lines) {
    if (!line.startsWith(indentation + name)) continue;
    const value = /^(?::\s*|\s+)(.*)$/.exec(line.slice(indentation.length + name.length))?.[1];
    if (value !== undefined && value !== "") return unquoted(value.trim());
  }
  return undefined;
}
