/** The place of a row in a list: its sort key and its id, as text. Rows that come or go move no other row's place. */
export type Place = readonly string[];

/** Returns a place as a token that callers hand back and do not read. */
export const cursorOf = (list: string, place: Place): string =>
  Buffer.from(JSON.stringify([list, ...place])).toString('base64url');

/** Returns the place that a token stands for, or null when it is no token of this list. */
export function placeOf(list: string, cursor: string, length: number): Place | null {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!Array.isArray(read) || read.length !== length + 1 || read[0] !== list) return null;
    const place: unknown[] = read.slice(1);
    return place.every((part) => typeof part === 'string') ? place : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
