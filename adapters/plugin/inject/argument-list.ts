/** Adds an argument at the end of a call; `last` is where the last argument ends, if there is one. */
export function appendedArgument(code: string, callEnd: number, last: number | undefined, argument: string): string {
  if (last === undefined) return argument;
  return hasTrailingComma(code.slice(last, callEnd - 1)) ? argument : `, ${argument}`;
}

// What is left behind an argument: parentheses around it, white space, comments, and a comma or none.
function hasTrailingComma(rest: string): boolean {
  return rest.replace(/\/\/[^\n\r\u2028\u2029]*|\/\*[^]*?\*\//g, "").includes(",");
}
