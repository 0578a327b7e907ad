import { readdirSync } from "node:fs";
import type { Candidate } from "../candidate.ts";
import type { HostQuestion } from "./host-question.ts";
import type { LoopQuestion, Row } from "./question.ts";
import { messageOf } from "./survey.ts";

const CANDIDATES = new URL("../candidates/", import.meta.url);

/** The names of the candidates' files, without their ending. */
export function candidateFiles(): string[] {
  return readdirSync(CANDIDATES)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length))
    .toSorted();
}

/** Imports the candidates, each from its file: one that cannot be becomes a row that says so. */
export async function importCandidates(
  without: readonly string[],
  only: readonly string[],
  onImport: (file: string) => void,
): Promise<{
  readonly candidates: readonly Candidate[];
  readonly files: readonly string[];
  readonly failed: readonly Row[];
}> {
  const candidates: Candidate[] = [];
  const files: string[] = [];
  const failed: Row[] = [];
  for (const file of candidateFiles().filter((name) => !without.includes(name) && isChosen(name, only))) {
    onImport(file);
    try {
      const module = (await import(new URL(`${file}.ts`, CANDIDATES).href)) as { readonly candidate: Candidate };
      if (without.includes(module.candidate.name)) continue;
      candidates.push(module.candidate);
      files.push(file);
    } catch (error) {
      failed.push({ candidate: file, label: file, failure: `cannot be imported here: ${messageOf(error)}` });
    }
  }
  return { candidates, files, failed };
}

/** Imports a question that is answered by loops. */
export function importQuestion(name: string): Promise<LoopQuestion> {
  return questionIn<LoopQuestion>(name);
}

/** Imports a question that is answered from outside. */
export function importHostQuestion(name: string): Promise<HostQuestion> {
  return questionIn<HostQuestion>(name);
}

async function questionIn<Question>(name: string): Promise<Question> {
  const url = new URL(`../questions/${name}.ts`, import.meta.url);
  return ((await import(url.href)) as { readonly question: Question }).question;
}

const ALWAYS = ["edge", "floor"];

/** Tells whether a candidate is compared: ours and what is written by hand always are. */
export function isChosen(file: string, only: readonly string[]): boolean {
  return only.length === 0 || ALWAYS.includes(file) || only.some((part) => file.includes(part));
}
