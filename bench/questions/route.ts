/** What a route costs in workerd, hit again and again over 50 connections: CPU time of workerd for a request of 12 KB. */
import { candidateFiles, isChosen } from "../harness/catalog.ts";
import type { HostQuestion } from "../harness/host-question.ts";
import type { Pace } from "../harness/interleave.ts";
import { sendRequests } from "../harness/load.ts";
import type { Row } from "../harness/question.ts";
import { surveyCase } from "../harness/survey.ts";
import { routeModules } from "../harness/workerd/modules.ts";
import { type RouteServer, startRouteServer } from "../harness/workerd/route-server.ts";
import type { RouteList, RoutePlace } from "../harness/workerd/route-worker.ts";
import { findWorkerd } from "../http-conformance/targets.ts";

const CONNECTIONS = 50;
const FLOOR = "a static response";
const PACE: Pace = { rounds: 7, sliceMs: 500, warmMs: 1_500 };
const QUICK: Pace = { rounds: 3, sliceMs: 150, warmMs: 500 };

/** An entry is written after the answer. */
const WRITTEN_AFTER_MS = 100;

export const question: HostQuestion = {
  name: "route",
  async measure({ isQuick, only }, onProgress) {
    const files = candidateFiles().filter((file) => isChosen(file, only));
    const server = await startRouteServer(await routeModules(files));
    try {
      const { places, failed, body } = await listOf(server);
      const ready: RoutePlace[] = [];
      const wrong: Row[] = [...failed];
      for (const place of places) {
        const complaint = await check(server, place, body);
        if (complaint === undefined) ready.push(place);
        else wrong.push({ candidate: place.candidate, label: place.label, failure: complaint });
      }
      onProgress(`${ready.length} routes`);
      const before = await listOf(server);
      const rows = await surveyCase(
        FLOOR,
        ready,
        (place, n) => time(server, place, n),
        isQuick ? QUICK : PACE,
        async (place) => requireHits(place, before, await listOf(server)),
      );
      const cases = [{ name: `${CONNECTIONS} connections`, rows: [...rows, ...wrong] }];
      return { version: `workerd ${findWorkerd().version}`, cases };
    } finally {
      await server.stop();
    }
  },
};

async function listOf({ url }: RouteServer): Promise<RouteList> {
  return (await (await fetch(new URL("/routes", url))).json()) as RouteList;
}

/** Tells what is wrong with a route: the first answer makes the entry, the others have to be the same. */
async function check({ url }: RouteServer, { path }: RoutePlace, body: string): Promise<string | undefined> {
  for (let i = 0; i < 4; i++) {
    const response = await fetch(new URL(path, url));
    const text = await response.text();
    if (response.status !== 200) return `answers ${response.status}: ${text.slice(0, 100)}`;
    if (text !== body) return "answers with another body";
    if (response.headers.get("content-type") !== "application/json") return "loses the type of the body";
    await new Promise((done) => setTimeout(done, WRITTEN_AFTER_MS));
  }
  return undefined;
}

async function time(server: RouteServer, { path }: RoutePlace, n: number): Promise<number> {
  const before = server.cpuNs();
  await sendRequests(new URL(path, server.url), CONNECTIONS, n);
  return server.cpuNs() - before;
}

function requireHits({ path, isUncached }: RoutePlace, before: RouteList, after: RouteList): Partial<Row> {
  const countIn = ({ places }: RouteList): number => places.find((place) => place.path === path)?.computations ?? 0;
  const more = countIn(after) - countIn(before);
  if (more > 0 && !isUncached) throw new Error(`computed ${more} times while hits were timed`);
  return {};
}
