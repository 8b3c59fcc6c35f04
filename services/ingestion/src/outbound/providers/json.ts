/** JSON as it was written: a number is not read, because a binary fraction would not give its digits back. */
export type Json = Numeral | string | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A number in the spelling of whoever wrote it. */
export class Numeral {
  constructor(readonly text: string) {}
}

/** The strings and numbers of a text that is known to be JSON. */
const STRING_OR_NUMBER = /"([^"\\]*(?:\\.[^"\\]*)*)"|(-?\d[\d.eE+-]*)/gs;

/** A number, a bar, and what stood in a string; one of the two is empty, and no number has a bar in it. */
const MARKED = '"$2|$1"';

/**
 * Returns what `text` says, or undefined when it is not JSON. Of a name that stands twice the last value counts.
 * The engine's own parser does the work, twice: it vouches for the text, and reads it again with all numbers put into
 * strings. It is fast and survives hostile depths, and a library would be neither faster nor more exact.
 */
export function readJson(text: string): Json | undefined {
  try {
    JSON.parse(text);
    return unmarked(JSON.parse(text.replace(STRING_OR_NUMBER, MARKED)) as Marked); // By construction.
  } catch {
    return undefined; // A SyntaxError, or a RangeError for brackets within brackets beyond all reason.
  }
}

/** JSON in which every string and every name bears its mark, and no number is left. */
type Marked = string | boolean | null | readonly Marked[] | { readonly [name: string]: Marked };

function unmarked(value: Marked): Json {
  if (typeof value === 'string') return value.startsWith('|') ? value.slice(1) : new Numeral(value.slice(0, -1));
  if (value === null || typeof value === 'boolean') return value;
  if (isArray(value)) return value.map(unmarked);
  const read: Record<string, Json> = { __proto__: null }; // So that no name means anything but itself.
  for (const [name, inner] of Object.entries(value)) read[name.slice(1)] = unmarked(inner);
  return read;
}

/** Writes JSON as it was read, without the blanks between its parts. */
export function writeJson(value: Json): string {
  if (value instanceof Numeral) return value.text;
  if (isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}:${writeJson(inner)}`)
    .join(',')}}`;
}

/** Whether `value` is an array, also where its type says that it may not be written to. */
export const isArray = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);

/** The value of a name in an object; undefined where there is none, or no object. */
export function at(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Numeral || isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The names of an object with their values, in order; none where there is no object. */
export function entriesOf(value: Json | undefined): readonly (readonly [name: string, value: Json])[] {
  if (typeof value !== 'object' || value === null || value instanceof Numeral || isArray(value)) return [];
  return Object.entries(value);
}

const EXPONENTIAL = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,2})$/;

/**
 * The text of a cell: digit for digit, though without an exponent (`7.1e-6` is `0.0000071`), which some providers use for
 * small prices and nobody here reads. Empty where there is nothing; whatever is no cell stays as it was written.
 */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return value instanceof Numeral ? plain(value.text) : writeJson(value);
}

function plain(numeral: string): string {
  const match = EXPONENTIAL.exec(numeral);
  if (match === null) return numeral;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const left =
    point <= 0
      ? '0'
      : digits
          .slice(0, point)
          .padEnd(point, '0')
          .replace(/^0+(?=\d)/, '');
  const right = point < 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  return `${sign}${left}${right === '' ? '' : `.${right}`}`;
}
