export function bold(text: string): string;
