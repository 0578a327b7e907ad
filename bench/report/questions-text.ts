import type { QuestionName } from "../questions.ts";

/** What is said of a question before its figures. */
export const TEXTS: Readonly<Record<QuestionName, string>> = {
  hit: `Sequential calls whose results are in memory, each awaited, with 64 argument lists in turn: one number,
\`["user:123", { page, limit }]\`, and an object of 1 KB. The lists are equal to those that were stored, and never the same objects. The
floor is what one writes by hand in five lines: an \`async\` function around \`Map.get(JSON.stringify(args))\`.`,
  canonical: `A text that equal arguments share, made and looked up in a \`Map\`. The floor is \`JSON.stringify\`, which is no such text: it
depends on the order of members.`,
  codec: `Writing a value as text or bytes, and reading it again. The floor is JSON, which loses what is rich: dates, maps, sets,
bytes, \`undefined\` and \`NaN\`.`,
  "single-flight": `A thousand calls at once with equal arguments that nobody has asked with before; the function takes a millisecond. The
floor is a \`Map\` of promises, by \`JSON.stringify\` of the arguments. What has more than one computation lets all of them run.`,
  miss: `Calls with arguments that nobody has asked with before, of a function that does nothing: what remains is the key, the flight and
the writing of the entry. Digests are those by Web Crypto for one miss.`,
  route: `CPU time of workerd for one request, over 50 connections; the body has 12 KB. Nothing is in front of the Worker. KV and the Cache
API are Miniflare's simulations, in the same process: those of the real network cost no CPU time of the Worker's, and more waiting.`,
  memory: `What an entry takes in the heap of Node beside its value, and what a call allocates, with its promises.`,
  bundle: `Minified by esbuild and gzipped. "On top" is what comes on top of \`cached()\`, without peer dependencies. What needs Node's
modules runs on Workers with \`nodejs_compat\` only.`,
  import: `CPU time: importing in a fresh process of Node, with all that comes along; and \`tsc\` on a project of 200 functions in 20
modules, plain or cached.`,
};
