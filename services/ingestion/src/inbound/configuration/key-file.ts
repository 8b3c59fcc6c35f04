import { instant, type Instant } from '@tocsin/domain-kit';
import { explain } from '@tocsin/service-kit';
import { readFileSync, statSync } from 'node:fs';

/** A key and the age of its file, or the end of a sentence that says why there is none; it never repeats the key. */
export type KeyReading = { readonly text: string; readonly since: Instant } | { readonly fault: string };

/** Longer is no key but some other file; it would be sent with every request. */
const KEY_CHARS_MAX = 4_096;

/** Reads a file that holds a key and nothing else; blanks around it, such as the end of the line, are not part of it. */
export function readKey(path: string): KeyReading {
  try {
    const { mtime, size } = statSync(path);
    if (size > KEY_CHARS_MAX) return { fault: `names ${path}, which is longer than any key` };
    const text = readFileSync(path, 'utf8').trim();
    if (text === '') return { fault: `names ${path}, which is empty` };
    if (!/^[\x21-\x7e]+$/.test(text))
      return { fault: `names ${path}, which holds more than a key: one word is expected` };
    return { text, since: instant(mtime) };
  } catch (error) {
    return { fault: `names ${path}, which cannot be read: ${explain(error)}` };
  }
}
