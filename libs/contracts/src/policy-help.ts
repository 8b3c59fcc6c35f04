import type { SchemaProblem } from './validation.ts';

/** What a field of a policy document means, and what may be inside it. */
export type FieldHelp = {
  readonly help?: string;
  readonly fields?: Readonly<Record<string, FieldHelp>>;
  /** Of a list, or of an object with free names: what each of its values is. */
  readonly each?: FieldHelp;
};

/** So many letters may be missing, superfluous or other in a word that was meant to be another one. */
const SLIPS_MAX = 2;

/** Adds to a problem what would be right: what the field means, or the name that was probably meant. */
export function withHelp(document: FieldHelp, { pointer, message }: SchemaProblem): SchemaProblem {
  const names = pointer.split('/').slice(1).map(unescaped);
  const field = names.reduce<FieldHelp | undefined>(stepInto, document);
  if (field?.help !== undefined) return { pointer, message: `${message}: ${field.help}` };
  const known = Object.keys(names.slice(0, -1).reduce<FieldHelp | undefined>(stepInto, document)?.fields ?? {});
  const meant = known.find((name) => slipsBetween(name, names.at(-1) ?? '') <= SLIPS_MAX);
  if (meant !== undefined) return { pointer, message: `${message}: is it ${meant}?` };
  return { pointer, message: known.length === 0 ? message : `${message}: there are ${known.join(', ')}` };
}

const stepInto = (field: FieldHelp | undefined, name: string): FieldHelp | undefined =>
  field?.fields !== undefined && Object.hasOwn(field.fields, name) ? field.fields[name] : field?.each;

const unescaped = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');

/** The distance of Levenshtein: the fewest letters to insert, drop or change; not counted where it is too many anyway. */
function slipsBetween(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > SLIPS_MAX) return Infinity;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(one).entries()) {
    const next = [index + 1];
    for (const [column, otherLetter] of Array.from(other).entries()) {
      const [diagonal = 0, above = 0, left = 0] = [row[column], row[column + 1], next[column]];
      next.push(Math.min(above + 1, left + 1, diagonal + (letter === otherLetter ? 0 : 1)));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
