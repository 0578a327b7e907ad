import type { DocumentEntry } from "./data.ts";

type Language = "de" | "en" | "fr";

const SENTENCES: Readonly<Record<Language, (documents: string, lines: string) => string>> = {
  de: (documents, lines) => `${documents} Dokumente mit ${lines} Zeilen`,
  en: (documents, lines) => `${documents} documents of ${lines} lines`,
  fr: (documents, lines) => `${documents} documents, ${lines} lignes`,
};

/** The first language of `Accept-Language` that the overview is written in: one variant is stored for each. */
export function preferredLanguage(header: string | null | undefined): Language {
  const asked = (header ?? "")
    .toLowerCase()
    .split(",")
    .map((range) => range.trim().slice(0, 2));
  return asked.find((language): language is Language => Object.hasOwn(SENTENCES, language)) ?? "en";
}

/** Says how much there is to read, with numbers as the language writes them. */
export function overviewOf(documents: readonly DocumentEntry[], language: Language): string {
  const numbers = new Intl.NumberFormat(language);
  const lines = documents.reduce((sum, document) => sum + document.lines, 0);
  return `${SENTENCES[language](numbers.format(documents.length), numbers.format(lines))}\n`;
}
