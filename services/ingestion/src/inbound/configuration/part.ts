import type { SchemaProblem } from '@tocsin/contracts';

/** A part of a configuration, as far as it could be read, and what is wrong with it. */
export type Part<Value> = { readonly value: Value; readonly problems: readonly SchemaProblem[] };
