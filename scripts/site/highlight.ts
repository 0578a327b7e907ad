/** Code in colours that are variables of the style sheet, one set for light and one for dark. */
import {
  createCssVariablesTheme,
  createHighlighter,
  type BundledLanguage,
  type Highlighter,
  type ShikiTransformer,
} from "shiki";

const THEME = "variables";
const LANGUAGES: readonly BundledLanguage[] = [
  "css",
  "diff",
  "html",
  "javascript",
  "json",
  "jsonc",
  "markdown",
  "shellscript",
  "toml",
  "tsx",
  "typescript",
  "yaml",
];

/** Classes in the place of styles: less HTML, and none that a content security policy forbids. */
const classes: ShikiTransformer = {
  pre(node) {
    node.properties = { tabindex: 0 };
  },
  line(node, line) {
    node.properties = this.options.meta?.["lines"] === true ? { id: `L${line}` } : {};
  },
  span(node) {
    const token = /--shiki-token-([a-z-]+)/.exec(String(node.properties["style"] ?? ""))?.[1];
    node.properties = token === undefined ? {} : { class: `t-${token}` };
  },
};

export class Code {
  readonly #highlighter: Highlighter;

  private constructor(highlighter: Highlighter) {
    this.#highlighter = highlighter;
  }

  static async load(): Promise<Code> {
    const theme = createCssVariablesTheme({ name: THEME });
    return new Code(await createHighlighter({ langs: [...LANGUAGES], themes: [theme] }));
  }

  /** Highlights as a `<pre>`; what is in a language that is not known is shown plain. */
  html(code: string, language: string, options: { readonly hasLines?: boolean } = {}): string {
    const lang = this.#highlighter.getLoadedLanguages().includes(language) ? language : "text";
    return this.#highlighter.codeToHtml(code.trimEnd(), {
      lang,
      theme: THEME,
      transformers: [classes],
      meta: { lines: options.hasLines === true },
    });
  }
}
