import { cached } from "@autocache/edge";
import { ID_WIDTH } from "./lib/constants.ts";
import { capitalise, pad } from "./lib/text.ts";

export interface Profile {
  readonly id: string;
  readonly greeting: string;
  readonly initials: string;
}

interface Style {
  readonly limit?: number;
  readonly separator?: string;
}

const SALUTATIONS: Readonly<Record<string, string>> = { de: "Hallo", en: "Hello", fr: "Bonjour" };
const FALLBACK = "Hi";

function salutation(locale: string): string {
  return SALUTATIONS[locale] ?? FALLBACK;
}

function initials(name: string, { limit = 3, separator = "." }: Style): string {
  const words = name.split(" ").slice(0, limit);
  return words.map((word) => word.charAt(0)).join(separator);
}

async function loadProfile(id: number, name: string, style: Style = {}, locale = "en"): Promise<Profile> {
  const greeting = `${salutation(locale)}, ${capitalise(name)}`;
  return { id: pad(id, ID_WIDTH), greeting, initials: initials(name, style) };
}

export const profile = cached(loadProfile, { name: "profile", ttl: "5m" });
