import { describe, expect, it } from "vitest";
import { Shop, TIMEOUT_MS } from "./shop.ts";

describe("autocache", { timeout: TIMEOUT_MS }, () => {
  it("says what it can do", async () => {
    const shop = new Shop({});
    const { code, out, err } = await shop.run(["--help"]);
    expect([code, err]).toEqual([0, ""]);
    for (const name of ["fingerprint", "lock", "diff", "check", "accept", "explain"])
      expect(out).toContain(`\n  ${name} `);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(84);
    expect(await shop.run([])).toEqual({ code: 2, out: "", err: out });
    expect(await shop.run(["help"])).toEqual({ code: 0, out, err: "" });
  });

  it.each(["fingerprint", "lock", "diff", "check", "accept", "explain"])("says what %s can do", async (name) => {
    const { code, out, err } = await new Shop({}).run([name, "--help"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(new RegExp(`^Usage: autocache ${name} `));
    expect(out).toContain("\nExit codes:\n  0   fine\n");
  });

  it.each([
    [
      ["dif"],
      `Cannot run "autocache dif": the commands are fingerprint, lock, diff, check, accept, explain: received another`,
    ],
    [
      ["diff", "--markdwon"],
      `Cannot run "autocache diff": its options are --base, --markdown, --json, --root, --define, --verbose, --help: received --markdwon`,
    ],
    [["fingerprint", "--out"], `Cannot run "autocache fingerprint": --out takes a value: received none`],
    [["check", "--json=yes"], `Cannot run "autocache check": --json takes no value: received one`],
    [["diff", "src"], `Cannot run "autocache diff": it takes nothing: received src`],
    [["accept"], `Cannot run "autocache accept": it takes the names of functions: received none`],
    [["explain", "a", "b"], `Cannot run "autocache explain": it takes the name of a function: received b`],
    [
      ["fingerprint", "nowhere"],
      `Cannot read "nowhere": a path is that of a file or a folder: received none that exists`,
    ],
    [
      ["fingerprint", "package.json"],
      `Cannot read "package.json": cached functions are in JavaScript and TypeScript: received another file`,
    ],
    [
      ["fingerprint", "--define", "A"],
      `Cannot read --define "A": it is a name, "=" and a source text: received no "="`,
    ],
    [
      ["explain", "ordr"],
      `Cannot explain "ordr": it is the name of a cached function: received one that no function has: did you mean "order"?`,
    ],
  ])("refuses %j without a stack", async (args, message) => {
    expect(await new Shop().run(args)).toEqual({ code: 2, out: "", err: `${message}\n` });
  });

  it("refuses a root that does not exist", async () => {
    const shop = new Shop({});
    const { code, err } = await shop.run(["lock", "--root", "nowhere"]);
    expect([code, err]).toEqual([
      2,
      `Cannot open the project "${shop.path("nowhere")}": it is a folder: received none that exists\n`,
    ]);
  });

  it("refuses a lock file that it cannot read", async () => {
    const shop = new Shop();
    shop.write("autocache.lock.json", "{");
    for (const command of ["lock", "diff", "check"]) {
      const { code, out, err } = await shop.run([command]);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toMatch(/^Cannot read the lock file ".*autocache\.lock\.json": it is JSON: received .*\n$/);
    }
    shop.write("autocache.lock.json", `{\n<<<<<<< HEAD\n  "format": 1\n=======\n>>>>>>> other\n}\n`);
    expect((await shop.run(["lock"])).err).toBe(
      `Cannot read the lock file "autocache.lock.json": it is of one piece: received the marks of a merge conflict: keep either side, and run \`autocache lock\`\n`,
    );
  });

  it("refuses a configuration that it cannot read", async () => {
    const shop = new Shop();
    shop.write("autocache.config.json", `{ "pakages": "ignore" }`);
    const { code, err } = await shop.run(["lock"]);
    expect(code).toBe(2);
    expect(err).toMatch(/^Cannot read the option "pakages" in autocache\.config\.json: .*\n$/);
  });

  it("refuses the lock file where the project has none by choice", async () => {
    const shop = new Shop();
    shop.write("autocache.config.json", `{ "lock": false }`);
    expect((await shop.run(["lock"])).err).toBe(
      "Cannot use the lock file: the option lock is the name of one: received false\n",
    );
    expect((await shop.run(["fingerprint", "--out", "manifest.json"])).code).toBe(0);
  });

  it("tells of a file that it cannot write, and leaves nothing half written", async () => {
    const shop = new Shop();
    shop.write("folder/file.txt", "");
    const { code, err } = await shop.run(["fingerprint", "--out", "folder"]);
    expect(code).toBe(2);
    expect(err).toMatch(/^EISDIR: .*\n$/);
  });
});
