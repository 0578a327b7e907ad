export * from "./even.ts";
export { isOdd } from "./odd.ts";
export { spell } from "./spelling.ts";
