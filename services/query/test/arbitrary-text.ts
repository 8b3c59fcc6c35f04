import fc from 'fast-check';

/** Anything that PostgreSQL can hold, quotes, braces, backslashes, line ends and other planes included. */
export const text = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('NULL', '', '"', '\\', '{}', '{"a",b}', "it's", '\n\t', '\\"', '😀'),
  )
  .map((chars) => chars.replaceAll('\u0000', ''));
