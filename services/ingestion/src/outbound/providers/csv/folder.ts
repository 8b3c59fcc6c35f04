import { constants, type Stats } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Bytes that can be read from any place on. */
export type Bytes = {
  readonly read: (
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ) => Promise<{ readonly bytesRead: number }>;
};

/** What tells one file from another, and whether it has changed. */
export type FileMarks = Pick<Stats, 'dev' | 'ino' | 'size' | 'mtimeMs'>;

/** An open file, and what it was when it was opened. */
export type OpenFile<File extends Bytes = FileHandle> = { readonly file: File; readonly stats: FileMarks };

/** A file that was asked for is none of the folder's, or no file. */
export class NotInFolder extends Error {}

/**
 * Opens the file of this name in a folder for reading. Links within the folder are followed, as orchestrators lay files
 * out by them; nothing leads out of it.
 * @throws {NotInFolder} when the name leads elsewhere. @throws what the file system says otherwise.
 */
export async function openInFolder(folder: string, name: string): Promise<OpenFile> {
  if (name === '.' || name === '..' || /[/\\\0]/.test(name))
    throw new NotInFolder(`'${name}' is no name of a file in the folder`);
  const root = await realpath(folder);
  const path = await realpath(join(root, name));
  if (!path.startsWith(root.endsWith(sep) ? root : root + sep))
    throw new NotInFolder(`'${name}' leads out of the folder`);
  // The path has no links any more; one that takes a file's place meanwhile is not followed.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new NotInFolder(`'${name}' is no file`);
    return { file, stats };
  } catch (error) {
    await file.close();
    throw error;
  }
}
