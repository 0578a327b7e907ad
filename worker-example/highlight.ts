import { createCssVariablesTheme, createHighlighterCoreSync } from "shiki/core";
import type { HighlighterCore } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import css from "shiki/langs/css.mjs";
import json from "shiki/langs/json.mjs";
import shellscript from "shiki/langs/shellscript.mjs";
import toml from "shiki/langs/toml.mjs";
import typescript from "shiki/langs/typescript.mjs";
import { tokenClasses } from "./token-classes.ts";

const THEME = "tokens";

let highlighter: HighlighterCore | undefined;

/** Made at the first call: at module scope it would take its time from every start of the Worker. */
function sharedHighlighter(): HighlighterCore {
  highlighter ??= createHighlighterCoreSync({
    engine: createJavaScriptRegexEngine(),
    langs: [css, json, shellscript, toml, typescript],
    themes: [createCssVariablesTheme({ name: THEME })],
  });
  return highlighter;
}

/** Highlights source text as a `<pre>`; a language that is not loaded is shown as plain text. */
export function highlight(source: string, language: string): string {
  const shiki = sharedHighlighter();
  const lang = shiki.getLoadedLanguages().includes(language) ? language : "text";
  return shiki.codeToHtml(source.trimEnd(), { lang, theme: THEME, transformers: [tokenClasses] });
}
