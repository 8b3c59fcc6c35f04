import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { destination } from 'pino';

/** Bytes after which a new file is begun. */
const ROTATE_AT_BYTES = 16 * 1024 * 1024;
/** Old files kept, `.1` being the youngest. */
const KEPT = 5;

export type RotatingFile = ReturnType<typeof destination>;

/** Opens a log file that moves itself aside when it is full: `service.log` becomes `service.log.1`, and so on. */
export function openRotatingFile(path: string, rotateAtBytes = ROTATE_AT_BYTES): RotatingFile {
  mkdirSync(dirname(path), { recursive: true });
  const file = destination({ dest: path, sync: true });
  let written = statSync(path).size;
  file.on('write', (bytes: number) => {
    written += bytes;
    if (written < rotateAtBytes) return;
    written = 0;
    moveAside(path);
    file.reopen();
  });
  return file;
}

function moveAside(path: string): void {
  for (let n = KEPT - 1; n >= 1; n -= 1) {
    if (existsSync(`${path}.${n}`)) renameSync(`${path}.${n}`, `${path}.${n + 1}`);
  }
  renameSync(path, `${path}.1`);
}
