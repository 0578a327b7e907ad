import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { digestOf } from "../source/digest.ts";
import type { CalleeKind, Shape, Texts } from "../source/summary.ts";
import { asRecord } from "./jsonc.ts";
import { joinPath } from "./paths.ts";

/** What is known of a text. The texts that are made of it hold for one list of callees' kinds. */
export interface Summary {
  readonly shape: Shape;
  readonly kinds: readonly CalleeKind[];
  readonly texts: Texts;
}

/** How many files may stand beside each other before they are made into one. */
const MAX_FILES = 24;
/** Beyond it the oldest summaries are dropped. A thousand modules take about two megabytes. */
const MAX_BYTES = 64 * 1024 * 1024;
/** How long to wait for more before what is new is written. */
const DELAY_MS = 200;
const FILE_NAME = /^[\w-]{43}\.summaries$/;

/**
 * Summaries of texts on disk, under the digest of all that decides them.
 *
 * Each write makes one new file, under another name first: so several processes may write at once, and a file is there
 * as a whole or not at all. A line holds a key, the digest of the rest, and a summary; one that is not as it was written
 * is passed over. Nothing that happens here is an error: what cannot be read is computed again.
 */
export class DiskCache {
  readonly #root: string;
  readonly #folder: string | undefined;
  readonly #lines = new Map<string, string>();
  readonly #fresh = new Map<string, Summary>();
  #isRead = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Without a folder, nothing is kept. */
  constructor(root: string, folder: string | undefined) {
    this.#root = root;
    this.#folder = folder;
  }

  get(key: string): Summary | undefined {
    if (this.#folder === undefined) return undefined;
    this.#read(this.#folder);
    const line = this.#lines.get(key);
    return this.#fresh.get(key) ?? (line === undefined ? undefined : summaryIn(line));
  }

  set(key: string, summary: Summary): void {
    if (this.#folder === undefined) return;
    this.#fresh.set(key, summary);
    this.#timer ??= setTimeout(() => this.save(), DELAY_MS);
  }

  /** Writes what is new now, rather than soon. */
  save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // A project that is gone meanwhile is not made again.
    if (this.#folder === undefined || this.#fresh.size === 0 || !existsSync(this.#root)) return;
    const lines = [...this.#fresh].map(([key, summary]) => [key, lineOf(key, summary)] as const);
    this.#fresh.clear();
    for (const [key, line] of lines) this.#lines.set(key, line);
    try {
      mkdirSync(this.#folder, { recursive: true });
      writeLines(
        this.#folder,
        lines.map(([, line]) => line),
      );
      prune(this.#folder);
    } catch {
      // A disk that is full or read-only costs time, and nothing else.
    }
  }

  #read(folder: string): void {
    if (this.#isRead) return;
    this.#isRead = true;
    for (const file of filesIn(folder).toReversed()) {
      for (const line of linesIn(file)) this.#lines.set(line.slice(0, line.indexOf(" ")), line);
    }
  }
}

function lineOf(key: string, summary: Summary): string {
  const text = JSON.stringify(summary);
  return `${key} ${digestOf(key + text)} ${text}`;
}

function summaryIn(line: string): Summary | undefined {
  const [key = "", digest = ""] = line.split(" ", 2);
  const text = line.slice(key.length + digest.length + 2);
  if (digestOf(key + text) !== digest) return undefined;
  try {
    const summary = asRecord(JSON.parse(text));
    return asRecord(summary["shape"])["bindings"] === undefined ? undefined : (summary as unknown as Summary);
  } catch {
    return undefined;
  }
}

function writeLines(folder: string, lines: readonly string[]): void {
  const text = `${lines.join("\n")}\n`;
  const file = joinPath(folder, `${digestOf(text)}.summaries`);
  const draft = `${file}.${process.pid}.${String(Math.random()).slice(2)}`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Makes many files into one, the newest summaries first, and leaves out the oldest ones that are too much. */
function prune(folder: string): void {
  const files = filesIn(folder);
  const bytes = files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
  if (files.length <= MAX_FILES && bytes <= MAX_BYTES) return;
  const kept = new Map<string, string>();
  let size = 0;
  for (const file of files) {
    for (const line of linesIn(file)) {
      const key = line.slice(0, line.indexOf(" "));
      if (kept.has(key) || size + line.length > MAX_BYTES / 2) continue;
      kept.set(key, line);
      size += line.length;
    }
  }
  writeLines(folder, [...kept.values()]);
  for (const file of files) rmSync(file, { force: true });
}

/** The files of the cache, the newest first. What else is in the folder is not the cache's. */
function filesIn(folder: string): readonly string[] {
  const files = namesIn(folder).filter((name) => FILE_NAME.test(name));
  const times = files.map((name) => {
    const file = joinPath(folder, name);
    return { file, time: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
  });
  return times.sort((a, b) => b.time - a.time || (a.file < b.file ? -1 : 1)).map(({ file }) => file);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linesIn(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}
