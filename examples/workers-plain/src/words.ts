/** What the page reaches, and the function does not. */
export function inWords(city: string, degrees: number): string {
  return `It is ${degrees} degrees in ${city}.`;
}
