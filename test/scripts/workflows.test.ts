import { existsSync, globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { RUNTIMES } from "../../scripts/test/runtimes.ts";

type Permissions = Readonly<Record<string, string>>;

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly permissions?: Permissions;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly "timeout-minutes"?: number;
}

interface Workflow {
  readonly name: string;
  readonly on: unknown;
  readonly permissions: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Who may write what, and why is said beside it; every other job reads the repository at most. */
const WRITERS: Readonly<Record<string, readonly string[]>> = {
  "release.yml version": ["contents", "pull-requests"],
  "release.yml npm": ["contents", "id-token"],
  "release.yml jsr": ["id-token"],
};

const folder = ".github/workflows/";
const workflows = globSync(`${folder}*.yml`)
  .toSorted()
  .map((path) => {
    const text = readFileSync(path, "utf8");
    return { file: path.slice(folder.length), text, workflow: parse(text) as Workflow };
  });
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ file, id, job, workflow })),
);
const steps = jobs.flatMap(({ file, id, job }) => (job.steps ?? []).map((step) => ({ file, id, step })));

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};
const needsOf = ({ needs = [] }: Job): readonly string[] => (typeof needs === "string" ? [needs] : needs);

describe("the workflows", () => {
  it("are those that CONTRIBUTING.md tells of", () => {
    const contributing = readFileSync("CONTRIBUTING.md", "utf8");
    expect(workflows.length).toBeGreaterThan(1);
    const names = workflows.map(({ workflow }) => workflow.name);
    expect(names.filter((name) => !contributing.includes(`| \`${name}\` |`))).toEqual([]);
    expect(names.map((name) => `${name}.yml`)).toEqual(workflows.map(({ file }) => file));
  });

  it.for(workflows)("$file says when it runs, and lets jobs read at most, unless they say more", ({ workflow }) => {
    expect(Object.keys(workflow)).toEqual(expect.arrayContaining(["on", "permissions", "jobs"]));
    expect([{}, { contents: "read" }]).toContainEqual(workflow.permissions);
  });

  it("write what they are known to write", () => {
    const writers = jobs.flatMap(({ file, id, job }) => {
      const written = Object.entries(job.permissions ?? {}).filter(([, right]) => right === "write");
      return written.length === 0 ? [] : [[`${file} ${id}`, written.map(([scope]) => scope)] as const];
    });
    expect(Object.fromEntries(writers)).toEqual(WRITERS);
  });

  it("end by themselves", () => {
    const endless = jobs.filter(({ job }) => job.uses === undefined && job["timeout-minutes"] === undefined);
    expect(endless.map(({ file, id }) => `${file} ${id}`)).toEqual([]);
  });

  it("use actions at a commit, with its version beside it, and workflows that are here", () => {
    const used = workflows.flatMap(({ text }) => [...text.matchAll(/\buses: (.*)$/gm)].map(([, use = ""]) => use));
    expect(used.length).toBeGreaterThan(5);
    const bad = used.filter((use) =>
      use.startsWith("./") ? !existsSync(use) : !/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use),
    );
    expect(bad).toEqual([]);
  });

  it("use one version of each action", () => {
    const versions = new Map<string, Set<string>>();
    for (const { step } of steps) {
      const [action = "", commit = ""] = (step.uses ?? "").split("@");
      const name = action.split("/").slice(0, 2).join("/");
      versions.set(name, (versions.get(name) ?? new Set()).add(commit));
    }
    expect([...versions].filter(([, commits]) => commits.size > 1)).toEqual([]);
  });

  it("leave no token of the repository on the disk", () => {
    const checkouts = steps.filter(({ step }) => step.uses?.startsWith("actions/checkout@"));
    expect(checkouts.length).toBeGreaterThan(1);
    expect(checkouts.filter(({ step }) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  });

  it("run scripts and steps of tests that there are", () => {
    const commands = steps.map(({ step }) => step.run ?? "").join("\n");
    const run = [...commands.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(run.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    const tested = [...commands.matchAll(/npm test -- (.+)/g)].map(([, names]) => names);
    expect(tested).toEqual(["build ${{ matrix.runtime }}"]);
    const files = [...commands.matchAll(/(?:^|node )(\.?[\w./-]+\/[\w.-]+)/gm)].map(([, file = ""]) => file);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  it("run on each runtime that the packed package is tested on", () => {
    const { jobs: found } = parse(readFileSync(`${folder}runtimes.yml`, "utf8")) as {
      readonly jobs: { readonly runtime: { readonly strategy: { readonly matrix: { readonly runtime: string[] } } } };
    };
    expect(found.runtime.strategy.matrix.runtime).toEqual(RUNTIMES.map(({ name }) => name));
  });

  it("wait for jobs that there are, and ask them for what they give", () => {
    for (const { id, job, workflow } of jobs) {
      for (const needed of needsOf(job))
        expect([id, Object.keys(workflow.jobs)]).toEqual([id, expect.arrayContaining([needed])]);
      for (const [, from = "", output = ""] of JSON.stringify(job).matchAll(/needs\.([\w-]+)\.outputs\.([\w-]+)/g)) {
        expect(needsOf(job)).toContain(from);
        expect(Object.keys(workflow.jobs[from]?.outputs ?? {})).toContain(output);
      }
      for (const [, from = ""] of JSON.stringify(job).matchAll(/steps\.([\w-]+)\.outputs/g)) {
        expect(job.steps?.map((step) => step.id)).toContain(from);
      }
    }
  });
});

describe("dependabot.yml", () => {
  it("looks after npm's packages and the actions", () => {
    const { version, updates } = parse(readFileSync(".github/dependabot.yml", "utf8")) as {
      readonly version: number;
      readonly updates: readonly Readonly<Record<string, unknown>>[];
    };
    expect(version).toBe(2);
    expect(updates.map((update) => update["package-ecosystem"])).toEqual(["github-actions", "npm"]);
    expect(updates.filter((update) => !update["directory"] || !update["schedule"])).toEqual([]);
  });
});

describe("the forms of issues", () => {
  interface Field {
    readonly type: string;
    readonly id?: string;
    readonly attributes: { readonly label?: string; readonly value?: string; readonly description?: string };
  }
  interface Form {
    readonly name: string;
    readonly description: string;
    readonly body: readonly Field[];
  }
  const read = (name: string): Form => parse(readFileSync(`.github/ISSUE_TEMPLATE/${name}.yml`, "utf8")) as Form;

  it.for(["bug", "feature"])("%s.yml has what GitHub asks of a form", (name) => {
    const form = read(name);
    expect([form.name, form.description].every((text) => typeof text === "string" && text !== "")).toBe(true);
    const fields = form.body.filter(({ type }) => type !== "markdown");
    expect(fields.filter(({ type }) => !["textarea", "dropdown", "input", "checkboxes"].includes(type))).toEqual([]);
    expect(fields.every(({ attributes }) => typeof attributes.label === "string")).toBe(true);
    const ids = fields.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("ask for a trace where something is wrong", () => {
    expect(read("bug").body.find(({ id }) => id === "trace")?.attributes.description).toContain("trace(...args)");
  });

  it("name each backend that there is", () => {
    const { body } = parse(readFileSync(".github/ISSUE_TEMPLATE/bug.yml", "utf8")) as {
      body: { id?: string; attributes: { options?: string[] } }[];
    };
    const offered = body.find(({ id }) => id === "backend")?.attributes.options;
    expect(offered).toEqual(expect.arrayContaining(["memory()", "tiered()", "workersKV()", "cacheApi()", "upstash()"]));
  });
});
