import { FILL } from "./constants.ts";

export function pad(value: number, width: number): string {
  return String(value).padStart(width, FILL);
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function truncate(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
