import { instant, type Instant } from '@tocsin/domain-kit';
import { Column, type ColumnOptions } from 'typeorm';

type Nullable = { readonly nullable?: true; readonly primary?: true };

/** TypeORM reads a moment as a `Date`; in this house it is text. */
const moment = {
  from: (value: Date | null): Instant | null => value && instant(value),
  to: (value: Instant | null): Instant | null => value,
};

/** The driver reads a bigint as text; positions and milliseconds stay far below 2^53. */
const wholeNumber = {
  from: (value: string | null): number | null => (value === null ? null : Number(value)),
  to: (value: number | null): number | null => value,
};

/** A moment. */
export const InstantColumn = (options: Nullable = {}): PropertyDecorator =>
  columnOf({ ...options, type: 'timestamptz', transformer: moment });

/** A whole number that may outgrow 32 bits: a position, a duration in milliseconds. */
export const WholeNumberColumn = (options: Nullable = {}): PropertyDecorator =>
  columnOf({ ...options, type: 'bigint', transformer: wholeNumber });

const columnOf = (options: ColumnOptions): PropertyDecorator => Column(options);
