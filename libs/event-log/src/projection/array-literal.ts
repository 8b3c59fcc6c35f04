/**
 * Returns `values` as the text of a PostgreSQL array: one parameter for a whole column of a batch, read back by `unnest`.
 * A text of our own costs the driver nothing to encode.
 */
export function arrayLiteral(values: readonly unknown[], isJson: boolean): string {
  return `{${values.map((value) => (value === null ? 'NULL' : element(value, isJson))).join(',')}}`;
}

function element(value: unknown, isJson: boolean): string {
  if (isJson) return quoted(JSON.stringify(value));
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  throw new TypeError(`a ${typeof value} fits no column but a jsonb one`);
}

/** Everything but a quote and a backslash stands for itself between quotes. */
const quoted = (text: string): string => `"${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`;
