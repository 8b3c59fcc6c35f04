/** The part of a PostgreSQL connection that a step hands out: parameterised statements inside its transaction. */
export interface Sql {
  /** Runs one statement; `values` fill `$1`, `$2`, … Instants come back as RFC 3339 text, bigints as numbers. */
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[]; readonly rowCount: number | null }>;
}
