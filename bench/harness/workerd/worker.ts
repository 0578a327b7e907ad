/** The Worker that answers a question's orders: it sets entries up, and runs them `n` times, while it is timed from outside. */
import type { Candidate } from "../../candidate.ts";
import type { Compile } from "../loop.ts";
import type { LoopQuestion, Row } from "../question.ts";
import { messageOf, prepareCase, type Task } from "../survey.ts";

/** The candidates by file, each a module of its own, so that one that cannot be loaded takes no other with it. */
export type Imports = Readonly<Record<string, () => Promise<{ readonly candidate: Candidate }>>>;

interface Bindings {
  /** Makes functions of texts, for which Workers have no `eval`. */
  readonly unsafe: {
    newFunction(body: string, name: string, ...parameters: string[]): (...args: unknown[]) => unknown;
  };
}

/** What came of setting a candidate up: the places of its entries among the tasks. */
export interface PreparedCandidate {
  readonly tasks: readonly { readonly candidate: string; readonly label: string; readonly place: number }[];
  readonly failed: readonly Row[];
}

interface Handler {
  fetch(request: Request, bindings: Bindings): Promise<Response>;
}

/** Makes the Worker of one question. */
export function workerOf(question: LoopQuestion, imports: Imports): Handler {
  const tasks: Task[] = [];
  const prepare = async (file: string, caseName: string, compile: Compile): Promise<PreparedCandidate> => {
    const { candidate } = (await imports[file]?.()) ?? {};
    if (candidate === undefined) throw new Error(`there is no candidate "${file}"`);
    const { tasks: ready, failed } = await prepareCase(question, [candidate], caseName, compile);
    const first = tasks.length;
    tasks.push(...ready);
    return { tasks: ready.map(({ label }, i) => ({ candidate: candidate.name, label, place: first + i })), failed };
  };
  return {
    async fetch(request, { unsafe }) {
      const { pathname, searchParams } = new URL(request.url);
      const told = (name: string): string => searchParams.get(name) ?? "";
      const task = tasks[Number(told("place"))];
      const compile: Compile = (parameters, body) => unsafe.newFunction(body, "loop", ...parameters);
      try {
        if (pathname === "/prepare") return Response.json(await prepare(told("file"), told("case"), compile));
        if (pathname === "/run") await task?.prepared.run(Number(told("n")));
        if (pathname === "/about") return Response.json((await task?.prepared.about?.()) ?? {});
        return new Response();
      } catch (error) {
        return new Response(messageOf(error), { status: 500 });
      }
    },
  };
}
