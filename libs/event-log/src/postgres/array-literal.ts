/**
 * Returns `values` as the text of a PostgreSQL array: one parameter for a whole column of a batch, read back by `unnest`.
 * A text of our own costs the driver nothing to encode.
 */
export function arrayLiteral(values: readonly unknown[], isJson = false): string {
  let text = '';
  for (const value of values) text += `,${value === null ? 'NULL' : element(value, isJson)}`;
  return `{${text.slice(1)}}`;
}

function element(value: unknown, isJson: boolean): string {
  if (isJson) return `"${escaped(JSON.stringify(value))}"`;
  if (typeof value === 'string') return NEEDS_ESCAPE.test(value) ? `"${escaped(value)}"` : `"${value}"`;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Buffer.isBuffer(value)) return `"\\\\x${value.toString('hex')}"`;
  throw new TypeError(`a ${typeof value} fits no column but a jsonb one`);
}

/** Everything but these stands for itself between quotes. */
const NEEDS_ESCAPE = /["\\]/;
const EACH_TO_ESCAPE = /["\\]/g;

const escaped = (text: string): string => text.replace(EACH_TO_ESCAPE, '\\$&');
