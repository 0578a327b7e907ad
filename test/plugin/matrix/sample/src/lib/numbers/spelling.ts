export const spell = (word: string): string => [...word].join(" ");

export const abbreviate = (word: string): string => word.slice(0, 1);
