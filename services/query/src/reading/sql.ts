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
  const parts = [strings[0] ?? ''];
  const values: unknown[] = [];
  inserts.forEach((insert, index) => {
    const after = strings[index + 1] ?? '';
    if (insert instanceof SqlPiece) {
      const [first = '', ...rest] = insert.parts;
      parts[parts.length - 1] += first;
      parts.push(...rest);
      values.push(...insert.values);
      parts[parts.length - 1] += after;
    } else {
      values.push(insert);
      parts.push(after);
    }
  });
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
