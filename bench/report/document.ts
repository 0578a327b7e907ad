import { verdictsOf } from "../harness/verdict.ts";
import type { Result } from "../harness/results.ts";
import { type QuestionName, QUESTIONS, type RuntimeName } from "../questions.ts";
import { chartsOf } from "./charts.ts";
import { TEXTS } from "./questions-text.ts";
import { notesOf, questionTables, verdictTable } from "./tables.ts";

/** The document, and the pictures beside it, by their paths from `docs/`. */
export interface Report {
  readonly document: string;
  readonly pictures: Readonly<Record<string, string>>;
}

/** Renders all that is known: the same results make the same text. */
export function renderReport(all: readonly Result[]): Report {
  const asked = (Object.keys(QUESTIONS) as QuestionName[]).filter((name) => of(all, name).length > 0);
  const results = asked.flatMap((name) => of(all, name));
  const charts = asked.flatMap((name) => chartsOf(name, of(results, name)));
  const sections = asked.map((name) => section(name, of(results, name), charts));
  const document = [head(results), ...sections].join("\n\n");
  const pictures = charts.map(({ file, picture }) => [`benchmarks/${file}`, picture] as const);
  return { document: `${document}\n`, pictures: Object.fromEntries(pictures) };
}

/** The results of one question, in the order of its runtimes. */
function of(results: readonly Result[], question: QuestionName): Result[] {
  const { runtimes } = QUESTIONS[question];
  return (runtimes as readonly RuntimeName[]).flatMap((runtime) => {
    return results.find((one) => one.question === question && one.runtime === runtime) ?? [];
  });
}

function head(results: readonly Result[]): string {
  const dates = [...new Set(results.map(({ date }) => date))].toSorted();
  const when = dates.length > 1 ? `between ${dates[0]} and ${dates.at(-1)}` : `on ${dates[0]}`;
  const machines = [...new Set(results.map(({ machine }) => machine))].join("; ");
  const packages = Object.assign({}, ...results.map((one) => one.packages)) as Record<string, string>;
  const peers = Object.keys(packages)
    .toSorted()
    .map((name) => `${name} ${packages[name]}`);
  const versions = [...new Set(results.map(({ version }) => version))].toSorted();
  const verdicts = results.flatMap((one) => verdictsOf(one));
  const met = verdicts.filter(({ isMet }) => isMet).length;
  return `# Benchmarks

${wrapped(`What a hit, a key, a miss, a route and a bundle cost, with this package, with others, and written by hand. Measured ${when} on a shared machine (${machines}), by \`npm run bench\`; this page is what \`npm run bench:docs\` makes of the figures in \`bench/results/\`.`)}

**How.** Candidates take turns within one process, in a new random order each round, each in a loop compiled for it alone; what they give
is folded into a sum that is kept. CPU time is measured, not time on the clock, and in workerd from outside, since the clock in a Worker may
stand still. A ratio is that of one round, to the floor of the same round. A figure is the median of ${runsText(results)}, and brackets
hold the least and the greatest of them. Before it is timed, each candidate has to answer right: the right value, computed once, and another
one for other arguments. What it keys wrongly is told with it. Figures below the floor, \`× 1\`, are better than it.

${wrapped(`**With what.** ${versions.join(", ")}. ${peers.join(", ")}.`)}

## Numbers to reach

${met} of ${verdicts.length} are met.

${verdictTable(results)}`;
}

function runsText(results: readonly Result[]): string {
  const counts = [...new Set(results.map(({ runs }) => runs))].toSorted((a, b) => a - b);
  return `${counts.join(" to ")} whole run${counts.at(-1) === 1 ? "" : "s"}`;
}

function section(question: QuestionName, results: readonly Result[], charts: ReturnType<typeof chartsOf>): string {
  const { title } = QUESTIONS[question];
  const images = charts
    .filter((chart) => chart.question === question)
    .map(({ title: name, file }) => `![${name}](benchmarks/${file})`);
  const notes = notesOf(question, results);
  return [
    `## ${title}`,
    TEXTS[question],
    ...images,
    questionTables(question, results),
    ...(notes === "" ? [] : [notes]),
  ].join("\n\n");
}

const LINE_WIDTH = 140;

/** Breaks a paragraph into lines, as the other documents are. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
