import { CACHED } from "../graph/fixture.ts";
import type { HardCase } from "./hard-case.ts";

const zed = {
  "a.ts": `${CACHED}import { z } from "zed/sub";\ncached(() => z, { name: "x" });`,
  "node_modules/zed/package.json":
    '{"name":"zed","version":"1.0.0","dependencies":{"dep":"*"},"exports":{"./sub":"./i.js"}}',
  "node_modules/zed/i.js": "export const z = 1",
  "node_modules/dep/package.json": '{"name":"dep","version":"1.0.0"}',
};
const ZED = ["node_modules/zed/package.json", "1.0.0", "1.0.1"] as const;
const DEP = ["node_modules/dep/package.json", "1.0.0", "1.0.1"] as const;

const linked = {
  "package.json": '{"name":"x"}',
  "a.ts": `${CACHED}import { z } from "@me/zed";\nimport { y } from "@me/yed";\ncached(() => [z, y], { name: "x" });`,
  "node_modules/@me/zed/package.json": '{"name":"@me/zed","version":"1.0.0","main":"i.js"}',
  "node_modules/@me/zed/i.js": 'export { z } from "./z.js"; export const unused = 1;',
  "node_modules/@me/zed/z.js": "export const z = 1",
  "node_modules/@me/yed/package.json": '{"name":"@me/yed","version":"1.0.0","main":"i.js"}',
  "node_modules/@me/yed/i.js": "export const y = 1",
};

const react = {
  "node_modules/react/package.json":
    '{"name":"react","version":"19.0.0","main":"i.js","exports":{".":"./i.js","./jsx-runtime":"./j.js"}}',
  "node_modules/react/i.js": "",
  "node_modules/react/j.js": "",
};
const preact = {
  "node_modules/preact/package.json":
    '{"name":"preact","version":"10.0.0","exports":{".":"./i.js","./jsx-runtime":"./j.js"}}',
  "node_modules/preact/i.js": "",
  "node_modules/preact/j.js": "",
};
const REACT = ["node_modules/react/package.json", "19.0.0", "19.0.1"] as const;
const PREACT = ["node_modules/preact/package.json", "10.0.0", "10.0.1"] as const;
const ELEMENT = `${CACHED}cached(() => <p>1</p>, { name: "x" });`;

function tsconfig(options: object): { readonly "tsconfig.json": string } {
  return { "tsconfig.json": JSON.stringify({ compilerOptions: options }) };
}

/** Packages, data, the settings of the compiler and of the build. */
export const SURROUNDINGS: readonly HardCase[] = [
  {
    title: "data counts: JSON by its value, texts and wasm by their bytes",
    files: {
      "a.ts": `${CACHED}import j from "./d.json"; import t from "./q.sql"; import w from "./m.wasm"; import raw from "./e.ts?raw";\ncached(() => [j, t, w, raw], { name: "x" });`,
      "d.json": '{"a":1}',
      "q.sql": "select 1",
      "m.wasm": "wasm1",
      "e.ts": "export const z = 1 // c",
    },
    changes: [
      ["d.json", "1", "2"],
      ["q.sql", "1", "2"],
      ["m.wasm", "1", "2"],
      ["e.ts", "// c", "// d"],
    ],
    keeps: [{ "d.json": '{ "a": 1 }\n' }],
    tells: [],
  },
  {
    title: "which export of data is read counts",
    files: {
      "a.ts": `${CACHED}import { one } from "./q.graphql"; import * as all from "./m.wasm";\ncached(() => [one, all.add], { name: "x" });`,
      "q.graphql": "query one { x } query two { y }",
      "m.wasm": "wasm",
    },
    changes: [
      ["a.ts", "{ one }", "{ two as one }"],
      ["a.ts", "all.add", "all.subtract"],
      ["q.graphql", "{ y }", "{ z }"],
    ],
    tells: [],
  },
  {
    title: "the way in which data is asked for counts",
    files: {
      "a.ts": `${CACHED}import one from "./t.txt?raw"; import two from "./t.txt?url";\ncached(() => [one, two], { name: "x" });`,
      "t.txt": "text",
    },
    changes: [
      ["a.ts", "?url", "?raw"],
      ["a.ts", "[one, two]", "[two, one]"],
    ],
  },
  {
    title: "JSON that is asked for as a text counts by its bytes",
    files: {
      "a.ts": `${CACHED}import text from "./d.json?raw";\ncached(() => text, { name: "x" });`,
      "d.json": '{"a":1}',
    },
    changes: [["d.json", '{"a":1}', '{ "a": 1 }']],
  },
  {
    title: "one member of JSON counts by itself",
    files: {
      "package.json": '{"name":"x","version":"1.0.0","dependencies":{}}',
      "a.ts": `${CACHED}import pkg from "./package.json"; import { name } from "./d.json"; import * as all from "./e.json";\ncached(() => pkg.version + name + all.kind, { name: "x" });`,
      "d.json": '{"name":"n","other":1}',
      "e.json": '{"kind":"k","other":1}',
    },
    changes: [
      ["package.json", "1.0.0", "1.0.1"],
      ["d.json", '"n"', '"m"'],
      ["e.json", '"k"', '"m"'],
    ],
    keeps: [
      ["package.json", '"dependencies":{}', '"dependencies":{"left":"1.0.0"}'],
      ["d.json", ":1", ":2"],
      ["e.json", ":1", ":2"],
    ],
  },
  {
    title: "a package counts by its version, and by those of what it loads",
    files: zed,
    changes: [ZED, DEP],
    tells: [],
  },
  {
    title: "a package counts by its own version on request",
    files: zed,
    options: { packages: "version" },
    changes: [ZED],
    keeps: [DEP],
  },
  {
    title: "a package counts by its name on request",
    files: zed,
    options: { packages: { "z*": "ignore" } },
    changes: [["a.ts", "zed/sub", "dep"]],
    keeps: [ZED, DEP],
  },
  {
    title: "KNOWN MISS: a package whose files are edited by hand where they are installed",
    files: zed,
    keeps: [["node_modules/zed/i.js", "z = 1", "z = 2"]],
  },
  {
    title: "a package is followed like code of the project on request",
    files: linked,
    options: { packages: { "*": "ignore", "@me/*": "source", "@me/yed": "version" } },
    changes: [
      ["node_modules/@me/zed/z.js", "z = 1", "z = 2"],
      ["node_modules/@me/yed/package.json", "1.0.0", "1.0.1"],
    ],
    keeps: [
      ["node_modules/@me/zed/package.json", "1.0.0", "1.0.1"],
      ["node_modules/@me/zed/i.js", "unused = 1", "unused = 2"],
      ["node_modules/@me/yed/i.js", "y = 1", "y = 2"],
    ],
    tells: [],
  },
  {
    title: "a patched package counts by its patch",
    files: { ...zed, "patches/zed+1.0.0.patch": "-1\n+2\n", "patches/other+1.0.0.patch": "-1\n+2\n" },
    changes: [["patches/zed+1.0.0.patch", "+2", "+3"]],
    keeps: [["patches/other+1.0.0.patch", "+2", "+3"], { "patches/zed+1.0.0.patch": "-1\r\n+2\r\n" }],
  },
  {
    title: "a patch of what a package loads counts too",
    files: {
      ...zed,
      "package.json": '{"name":"x","pnpm":{"patchedDependencies":{"dep@1.0.0":"fixes/dep.patch"}}}',
      "fixes/dep.patch": "-1\n+2\n",
    },
    changes: [["fixes/dep.patch", "+2", "+3"]],
  },
  {
    title: "a package counts by the integrity that the lock file has",
    files: {
      ...zed,
      "package-lock.json":
        '{"lockfileVersion":3,"packages":{"":{"name":"x"},"node_modules/zed":{"version":"1.0.0","integrity":"sha512-AAA"},"node_modules/dep":{"version":"1.0.0","resolved":"git+ssh://git@github.com/me/dep.git#aaa"},"node_modules/other":{"version":"1.0.0","integrity":"sha512-CCC"}}}',
    },
    changes: [
      ["package-lock.json", "sha512-AAA", "sha512-BBB"],
      ["package-lock.json", "#aaa", "#bbb"],
    ],
    keeps: [["package-lock.json", "sha512-CCC", "sha512-DDD"]],
    tells: [],
  },
  {
    title: "a lock file that cannot be read is told",
    files: { ...zed, "package-lock.json": "<<<<<<< HEAD" },
    tells: ["lockfile"],
  },
  {
    title: "define: the values count that the function reads, and no others",
    files: {
      "a.ts": `${CACHED}declare const __V__: string;\ncached(() => __V__, { name: "x" });`,
    },
    options: { defines: { __V__: "1" } },
    changes: [["a.ts", "=> __V__", "=> __W__"]],
    tells: [],
  },
  {
    title: "an environment that is read at run time is told",
    files: { "a.ts": `${CACHED}cached(() => process.env.MODE, { name: "x" });` },
    tells: ["env"],
  },
  {
    title: "JSX counts with the runtime that the compiler imports",
    files: { ...react, ...preact, ...tsconfig({ jsx: "react-jsx" }), "a.tsx": ELEMENT },
    changes: [REACT],
    keeps: [PREACT],
    tells: [],
  },
  {
    title: "JSX counts with the runtime that the settings name",
    files: { ...react, ...preact, ...tsconfig({ jsx: "react-jsx", jsxImportSource: "preact" }), "a.tsx": ELEMENT },
    changes: [PREACT, ["tsconfig.json", '"preact"', '"react"']],
    keeps: [REACT],
  },
  {
    title: "JSX counts with the runtime that the file names",
    files: {
      ...react,
      ...preact,
      ...tsconfig({ jsx: "react-jsx" }),
      "a.tsx": `/** @jsxImportSource preact */\n${ELEMENT}`,
    },
    changes: [PREACT],
    keeps: [REACT],
  },
  {
    title: "JSX counts with the factory that the file names",
    files: {
      ...react,
      ...tsconfig({ jsx: "react-jsx" }),
      "a.tsx": `/** @jsxRuntime classic @jsx h */\nimport { h } from "./h";\n${ELEMENT}`,
      "h.ts": "export const h = (x: any) => x;",
    },
    changes: [["h.ts", "=> x", "=> [x]"]],
    keeps: [REACT],
  },
  {
    title: "JSX counts with the factory in its module",
    files: {
      ...react,
      ...tsconfig({ jsx: "react", jsxFactory: "h", jsxFragmentFactory: "F" }),
      "a.tsx": `import { h, F } from "./h";\n${ELEMENT}`,
      "h.ts": "export const h = (x: any) => x; export const F = 1; export const unused = 1;",
    },
    changes: [
      ["h.ts", "=> x", "=> [x]"],
      ["h.ts", "F = 1", "F = 2"],
    ],
    keeps: [REACT, ["h.ts", "unused = 1", "unused = 2"]],
    tells: [],
  },
  {
    title: "JSX counts with a runtime of the project",
    files: {
      ...tsconfig({ jsx: "react-jsx", jsxImportSource: "@/jsx", paths: { "@/*": ["./src/*"] } }),
      "a.tsx": ELEMENT,
      "src/jsx/jsx-runtime.ts": "export const jsx = (type: any) => type;",
    },
    changes: [["src/jsx/jsx-runtime.ts", "=> type", "=> [type]"]],
    tells: [],
  },
  {
    title: "where the settings leave JSX to the bundler, the runtime that is installed counts",
    files: { ...react, "a.tsx": ELEMENT },
    changes: [REACT],
    tells: [],
  },
  {
    title: "the setting of class fields counts for classes with fields, and no others",
    files: {
      ...tsconfig({ target: "es2022", experimentalDecorators: false }),
      "a.ts": `${CACHED}class A { x = 1 }\ncached(() => new A(), { name: "x" });`,
    },
    changes: [["tsconfig.json", '"es2022"', '"es2021"']],
    keeps: [
      ["tsconfig.json", '"es2022"', '"esnext"'],
      ["tsconfig.json", '"es2022"', '"es2021","useDefineForClassFields":true'],
      ["tsconfig.json", "false", "true"],
    ],
  },
  {
    title: "a class without fields does not count with it",
    files: {
      ...tsconfig({ target: "es2022" }),
      "a.ts": `${CACHED}class A { x() {} }\ncached(() => new A(), { name: "x" });`,
    },
    keeps: [["tsconfig.json", '"es2022"', '"es2021"']],
  },
  {
    title: "the settings of decorators count for what is decorated, through a file that is extended",
    files: {
      "tsconfig.json": '{\n  // the base\n  "extends": ["./base"],\n}',
      "base.json": '{"compilerOptions":{"experimentalDecorators":false}}',
      "a.ts": `${CACHED}const d: any = () => {};\n@d class A { x() {} }\ncached(() => new A(), { name: "x" });`,
    },
    changes: [
      ["base.json", "false", "true"],
      ["base.json", "false", 'true,"emitDecoratorMetadata":true'],
    ],
    keeps: [{ "tsconfig.json": '{"extends":"./base.json"}' }],
  },
  {
    title: "the setting of decorators' metadata counts by itself",
    files: {
      ...tsconfig({ experimentalDecorators: true, emitDecoratorMetadata: false }),
      "a.ts": `${CACHED}const d: any = () => {};\n@d class A { x() {} }\ncached(() => new A(), { name: "x" });`,
    },
    changes: [
      ["tsconfig.json", "false", "true"],
      ["tsconfig.json", "true", "false"],
    ],
  },
  {
    title: "a tsconfig.json whose base is missing is told",
    files: {
      "tsconfig.json": '{"extends":"./lost"}',
      "a.ts": `${CACHED}class A { x = 1 }\ncached(() => new A(), { name: "x" });`,
    },
    tells: ["tsconfig"],
  },
];
