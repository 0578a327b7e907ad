/**
 * `npm run soak`: a Worker under 50 connections for two minutes, its memory full and evicting all the time. Prints, for
 * each ten seconds, the time of hits as a client sees it and the memory of workerd, and fails where a request does.
 * `-- --seconds 20` is a try, which is not kept.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Connection, openConnection } from "../harness/load.ts";
import { bundleForWorkerd } from "../harness/workerd/modules.ts";
import { startWorkerd } from "../harness/workerd/serve.ts";

const CONNECTIONS = 50;
const SECONDS = 120;
const WINDOW_SECONDS = 10;
/** Asked for again and again; half of the requests are for these. */
const HOT = 200;
/** All else is asked for once: each such request is a miss, and evicts. */
const COLD = 1_000_000_000;

/** What was seen in one window. */
interface Window {
  readonly fromSeconds: number;
  readonly requests: number;
  readonly failed: number;
  readonly hitMs: { readonly p50: number; readonly p99: number };
  readonly missMs: { readonly p50: number; readonly p99: number };
  readonly residentMiB: number;
  /** CPU time of workerd for each request. */
  readonly cpuUs: number;
}

interface Samples {
  readonly hits: number[];
  readonly misses: number[];
  failed: number;
}

function choosePath(): { readonly path: string; readonly isHot: boolean } {
  const isHot = Math.random() < 0.5;
  const id = Math.floor(Math.random() * (isHot ? HOT : COLD)) + (isHot ? 0 : HOT);
  return { path: `/${Math.random() < 0.5 ? "value" : "route"}?id=${id}`, isHot };
}

function fresh(): Samples {
  return { hits: [], misses: [], failed: 0 };
}

/** Asks, and tells whether the answer is that of the page which was asked for. */
async function ask(connection: Connection, path: string): Promise<boolean> {
  try {
    const answer = await connection.exchange(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    return answer.includes(`{"id":${path.split("=")[1]},`);
  } catch {
    return false;
  }
}

async function keepAsking(base: string, until: number, samples: () => Samples): Promise<void> {
  const { hostname, port } = new URL(base);
  let connection = await openConnection(hostname, Number(port));
  while (performance.now() < until) {
    const { path, isHot } = choosePath();
    const startedAt = performance.now();
    const isRight = await ask(connection, path);
    const into = samples();
    (isHot ? into.hits : into.misses).push(performance.now() - startedAt);
    if (isRight) continue;
    into.failed += 1;
    connection.close();
    connection = await openConnection(hostname, Number(port));
  }
  connection.close();
}

function quantiles(times: number[]): { readonly p50: number; readonly p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => Number((sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(2));
  return { p50: at(0.5), p99: at(0.99) };
}

function residentMiB(pid: number): number {
  const [, kib = "0"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kib) / 102.4) / 10;
}

async function soak(seconds: number): Promise<readonly Window[]> {
  const code = `export { default } from "./soak/worker.ts";`;
  const workerd = await startWorkerd([{ name: "main.mjs", text: await bundleForWorkerd(code) }]);
  try {
    // The memory is full before the clock runs.
    let samples = fresh();
    const warm = performance.now() + 5_000;
    await Promise.all(Array.from({ length: CONNECTIONS }, () => keepAsking(workerd.url, warm, () => samples)));
    const begunAt = performance.now();
    const until = begunAt + seconds * 1_000;
    const windows: Window[] = [];
    let cpuNs = workerd.cpuNs();
    samples = fresh();
    const close = (): void => {
      const { hits, misses, failed } = samples;
      const now = workerd.cpuNs();
      const requests = hits.length + misses.length;
      windows.push({
        fromSeconds: windows.length * WINDOW_SECONDS,
        requests,
        failed,
        hitMs: quantiles(hits),
        missMs: quantiles(misses),
        residentMiB: residentMiB(workerd.pid),
        cpuUs: Number(((now - cpuNs) / 1_000 / requests).toFixed(1)),
      });
      cpuNs = now;
      samples = fresh();
      console.log(lineOf(windows.at(-1) as Window));
    };
    const timer = setInterval(close, WINDOW_SECONDS * 1_000);
    await Promise.all(Array.from({ length: CONNECTIONS }, () => keepAsking(workerd.url, until, () => samples)));
    clearInterval(timer);
    // What the last answers came to, if not in a window of their own.
    const last = windows.at(-1);
    if (last === undefined || samples.hits.length + samples.misses.length > last.requests / 2) close();
    return windows;
  } finally {
    await workerd.stop();
  }
}

function lineOf({ fromSeconds, requests, failed, hitMs, missMs, residentMiB: mib, cpuUs }: Window): string {
  const ms = ({ p50, p99 }: Window["hitMs"]): string => `${p50.toFixed(2)} / ${p99.toFixed(2)} ms`;
  return [
    `${String(fromSeconds).padStart(4)} s`,
    `${requests} requests`,
    `${failed} failed`,
    `hits ${ms(hitMs)}`,
    `misses ${ms(missMs)}`,
    `${cpuUs} µs of CPU a request`,
    `${mib} MiB`,
  ].join("  ");
}

const { values } = parseArgs({ options: { seconds: { type: "string" } } });
const seconds = Number(values.seconds ?? SECONDS);
console.log(
  `${CONNECTIONS} connections, ${seconds} s, half for ${HOT} pages, half for pages that nobody asks for again`,
);
const windows = await soak(seconds);
if (values.seconds === undefined) {
  const result = { date: new Date().toISOString().slice(0, 10), connections: CONNECTIONS, windows };
  writeFileSync(join(import.meta.dirname, "result.json"), `${JSON.stringify(result, null, 2)}\n`);
}
const failed = windows.reduce((sum, window) => sum + window.failed, 0);
if (failed > 0) {
  console.error(`${failed} requests failed`);
  process.exitCode = 1;
}
