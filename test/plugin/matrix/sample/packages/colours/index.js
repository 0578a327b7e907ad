export const bold = (text) => `\u001B[1m${text}\u001B[22m`;
