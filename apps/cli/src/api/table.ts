import type { Body } from './api.ts';

/** A column of a table: its head, and what a row has in it. */
export type Column = { readonly head: string; readonly of: (row: Body) => unknown };

/** Longer words would push everything after them out of sight; `--json` has them whole. */
const CELL_MAX = 60;

/** Rows as aligned text under their heads; what is not there is a dash. */
export function tableOf(columns: readonly Column[], rows: readonly Body[]): readonly string[] {
  const lines = [columns.map(({ head }) => head), ...rows.map((row) => columns.map(({ of }) => cellOf(of(row))))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => lettersOf(line[index]).length)));
  return lines.map((line) =>
    line
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - lettersOf(cell).length))
      .join('  ')
      .trimEnd(),
  );
}

/** What a person reads of a value: a moment without its milliseconds, a list with commas, and no line breaks. */
export function cellOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  if (Array.isArray(value)) return cellOf(value.map(cellOf).join(','));
  const words = typeof value === 'string' ? value : JSON.stringify(value);
  const shown = words.replace(MOMENT, '$1 $2Z').replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  const letters = lettersOf(shown);
  return letters.length <= CELL_MAX ? shown : `${letters.slice(0, CELL_MAX - 1).join('')}…`;
}

const lettersOf = (text = ''): readonly string[] => Array.from(text);

const MOMENT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d{3}Z$/;

/** The columns that show a field each, by their heads. */
export const fields = (names: Readonly<Record<string, string>>): readonly Column[] =>
  Object.entries(names).map(([head, name]) => ({ head, of: (row) => row[name] }));
