/** Stands where something was left out, so that nobody takes a part for the whole. */
export const CUT_MARK = ' … (cut)';

type Escape = (character: string) => string;

const asItIs: Escape = (character) => character;

/**
 * Returns `text`, escaped, in at most `max` characters (UTF-16 units, which is never fewer than a receiver counts), with
 * a mark where it was cut. No character and no escape is cut in two.
 */
export const cutTo = (text: string, max: number, escape: Escape = asItIs): string =>
  fitted(text, max, escape, (piece) => piece.length);

/** As `cutTo`, in bytes of UTF-8. */
export const cutToBytes = (text: string, max: number): string =>
  fitted(text, max, asItIs, (piece) => Buffer.byteLength(piece));

function fitted(text: string, max: number, escape: Escape, sizeOf: (piece: string) => number): string {
  const pieces = Array.from(text, escape);
  const whole = pieces.join('');
  if (sizeOf(whole) <= max) return whole;
  const room = max - sizeOf(CUT_MARK);
  let size = 0;
  let kept = '';
  for (const piece of pieces) {
    size += sizeOf(piece);
    if (size > room) break;
    kept += piece;
  }
  return `${kept.trimEnd()}${CUT_MARK}`;
}

/** Lines, as many as fit into `max` characters; the last one says how many more there are. */
export function listed(lines: readonly string[], max: number, escape: Escape = asItIs): string {
  const whole = lines.map((line) => escaped(line, escape));
  for (let kept = whole.length; kept > 0; kept -= 1) {
    const more = whole.length - kept;
    const text = [...whole.slice(0, kept), ...(more > 0 ? [`… and ${more} more`] : [])].join('\n');
    if (text.length <= max) return text;
  }
  return cutTo(lines.length === 1 ? (lines[0] ?? '') : `${lines.length} in all`, max, escape);
}

const escaped = (text: string, escape: Escape): string => Array.from(text, escape).join('');
