import type { Stage, Step } from "./story.ts";

/** A door that the origin waits at, until the test opens it. */
export class Door {
  readonly opened: Promise<void>;
  open!: () => void;

  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve;
    });
  }
}

/** Lets everything run that can go on without the origin. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Waits until the origin was asked so often. */
export async function asked(stage: Stage, runs: number): Promise<void> {
  while (stage.runs < runs) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Makes the origin answer so once the door is open. */
export function behind(door: Door, headers: HeadersInit, text?: (request: Request) => string): Stage["script"] {
  return async (request, run) => {
    await door.opened;
    return new Response(text === undefined ? `run ${run}` : text(request), { headers });
  };
}

export async function textsOf(responses: readonly Promise<Response>[]): Promise<string[]> {
  return Promise.all(responses.map(async (response) => (await response).text()));
}

export function ask(stage: Stage, step: Step = {}): Promise<Response> {
  return stage.handler(stage.request(step));
}
