import type { Bytes } from './folder.ts';

const CHUNK_BYTES = 256 * 1_024;
/** No row of bars is longer; what is, is no table. */
const LINE_BYTES_MAX = 64 * 1_024;
const NEWLINE = 0x0a;

/** Lines in a row, and how far the file is read with the last of them. */
export type Lines = {
  readonly lines: readonly string[];
  readonly offset: number;
  /** The file goes on without an end of the line for longer than any row is. */
  readonly isEndless: boolean;
};

/** Reads the complete lines from `offset` up to `size`; a last one without its end is still being written. */
export async function* linesFrom(file: Bytes, offset: number, size: number): AsyncGenerator<Lines> {
  let at = offset;
  let rest = Buffer.alloc(0);
  while (at + rest.length < size) {
    const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, size - at - rest.length));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at + rest.length);
    if (bytesRead === 0) return; // It was cut while it was read; the next look sees that.
    const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    rest = bytes.subarray(end);
    at += end;
    const lines = end === 0 ? [] : bytes.toString('utf8', 0, end - 1).split(/\r?\n/);
    const isEndless = rest.length > LINE_BYTES_MAX;
    yield { lines: lines.map((line) => line.replace(/\r$/, '')), offset: at, isEndless };
    if (isEndless) return;
  }
}
