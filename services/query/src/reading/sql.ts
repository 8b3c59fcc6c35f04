/** A piece of a statement: its text in parts, and between two parts a value, which never becomes text. */
export class SqlPiece {
  constructor(
    readonly parts: readonly string[],
    readonly values: readonly unknown[],
  ) {}

  /** The statement as PostgreSQL takes it: `$1`, `$2`, … and what they stand for. */
  render(): { readonly text: string; readonly values: readonly unknown[] } {
    return { text: this.parts.reduce((text, part, index) => `${text}$${index}${part}`), values: this.values };
  }
}

/** Writes a statement: what is put between braces becomes a parameter, or is spliced in where it is a piece itself. */
export function sql(strings: TemplateStringsArray, ...inserts: readonly unknown[]): SqlPiece {
  const parts: string[] = [];
  const values: unknown[] = [];
  let open = strings[0] ?? '';
  inserts.forEach((insert, index) => {
    const piece = insert instanceof SqlPiece ? insert : new SqlPiece(['', ''], [insert]);
    const last = piece.parts.length - 1;
    piece.parts.slice(0, last).forEach((part) => {
      parts.push(open + part);
      open = '';
    });
    open += (piece.parts[last] ?? '') + (strings[index + 1] ?? '');
    values.push(...piece.values);
  });
  parts.push(open);
  return new SqlPiece(parts, values);
}

/** The pieces with `separator` between them. */
export function joined(pieces: readonly SqlPiece[], separator: SqlPiece): SqlPiece {
  const [first, ...rest] = pieces;
  return rest.reduce((whole, piece) => sql`${whole}${separator}${piece}`, first ?? sql``);
}

/** All conditions at once; those left undefined ask for nothing. */
export const allOf = (conditions: readonly (SqlPiece | undefined)[]): SqlPiece =>
  joined([sql`true`, ...conditions.filter((condition) => condition !== undefined)], sql` AND `);
