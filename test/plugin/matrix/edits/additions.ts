/** A module of the project's whose top-level names are those of its helpers: bundlers rename one side. */
export const LEGACY = `
const FILL = "_";
const VAT = 0.16;
const FALLBACK = "Sir or Madam";
const SALUTATIONS = { en: "Dear" };
const ID_WIDTH = 4;
const catalogue = { fallback: "None" };

function pad(value: number): string {
  return FILL.repeat(ID_WIDTH) + value;
}

function capitalise(text: string): string {
  return text.toUpperCase();
}

function salutation(name: string): string {
  return name === "" ? FALLBACK : \`\${SALUTATIONS.en} \${capitalise(name)}\`;
}

function initials(name: string): string {
  return name.charAt(0);
}

function loadProfile(name: string): string {
  return salutation(name) + initials(name) + pad(name.length);
}

function round(amount: number): string {
  return amount.toFixed(VAT > 0.1 ? 1 : 2);
}

function isEven(value: number): boolean {
  return value % 2 === 0;
}

function isOdd(value: number): boolean {
  return !isEven(value);
}

const spell = (word: string): string => word.split("").join("+");
const sectionOf = (title: string): string => title + catalogue.fallback;
const slugify = (title: string): string => title.replaceAll(" ", "_");

class Tally {
  size = 0;
}

class Repository {
  path = "/";
}

class Orders extends Repository {
  static currency = "GBP";
}

const cached = (text: string): string => text;
const cache = { size: 0 };
const digestOf = (text: string): string => text + new Tally().size;
const loadArticle = (text: string): string => slugify(sectionOf(spell(text)));
const toLatin = (text: string): string => text.normalize();

export function everything(text: string): readonly unknown[] {
  return [
    loadProfile(text),
    round(text.length),
    isOdd(text.length),
    loadArticle(toLatin(text)),
    digestOf(cached(text)),
    cache.size,
    new Orders().path + Orders.currency,
  ];
}
`.trimStart();

/** A package with such names. */
export const LODASHED = `
const FILL = " ";
const LETTERS = "aeiou";
const SALUTATIONS = ["Hi"];

function pad(text, length) {
  return text.padEnd(length, FILL);
}

function capitalise(text) {
  return text.at(0).toUpperCase() + text.slice(1).toLowerCase();
}

function salutation() {
  return SALUTATIONS[0];
}

function initials(text) {
  return [...text].filter((letter) => !LETTERS.includes(letter));
}

function round(number) {
  return Math.round(number);
}

function isEven(number) {
  return (number & 1) === 0;
}

function isOdd(number) {
  return !isEven(number);
}

const spell = (text) => text.split("").join(",");
const slugify = (text) => encodeURIComponent(text);
const toLatin = (text) => text;

class Tally extends Map {}

class Repository extends Set {}

class Orders extends Repository {}

export function chain(text) {
  const size = new Tally().size + new Orders().size;
  return [pad(text, 9), capitalise(text), salutation(), initials(text), round(size), isOdd(size), slugify(spell(toLatin(text)))];
}
`.trimStart();
