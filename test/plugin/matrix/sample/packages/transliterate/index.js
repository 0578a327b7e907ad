const LETTERS = { ä: "ae", ö: "oe", ü: "ue", ß: "ss" };

export const toLatin = (text) => text.replaceAll(/[äöüß]/g, (letter) => LETTERS[letter]);
