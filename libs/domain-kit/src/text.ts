/** The most characters of a sentence that a fact carries; the schemas say the same. */
export const TEXT_CHARS_MAX = 2_000;

const LINE_BREAKS = /[\t\n\v\f\r]+/g;

/** What is no text although it can stand in a string: control characters, and halves of a character. */
const NOT_TEXT = /[\p{Cc}\p{Cs}]/gu;
const CUT_IN_HALF = /[\ud800-\udbff]$/;

/**
 * Words from outside as a fact can carry them: on one line, with `U+FFFD` for whatever is no text, and with an ellipsis
 * where they are cut. PostgreSQL stores no `U+0000`, so one such character in a fact would stop a lane.
 */
export function plainText(words: string, charsMax = TEXT_CHARS_MAX): string {
  const cut = words.length <= charsMax ? words : `${words.slice(0, charsMax - 1).replace(CUT_IN_HALF, '')}…`;
  return cut.replace(LINE_BREAKS, ' ').replace(NOT_TEXT, '\ufffd');
}
