import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** PostgreSQL refuses to run as root; there it runs as the user that owns nothing. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/** Where root keeps what nobody must reach, when the project itself lies where only root may look. */
const ELSEWHERE = '/var/lib/tocsin';

/** Whom PostgreSQL runs as; null is ourselves. */
export const postgresUser = () => (process.getuid?.() === 0 ? NOBODY : null);

/** A place of this name that every user can reach, made when missing. */
export function elsewhere(name) {
  mkdirSync(ELSEWHERE, { recursive: true, mode: 0o755 });
  return join(ELSEWHERE, name);
}

/** Whether the user may walk to the folder, from the root down. */
export function canWalkTo(dir, user) {
  for (let here = realpathSync(dir); ; here = dirname(here)) {
    if (!isOpenTo(here, user, 1)) return false;
    if (here === dirname(here)) return true;
  }
}

/** Whether the permission bits give the user all of `bits`: 4 to read, 1 to run or walk through. */
export function isOpenTo(path, user, bits) {
  const { mode, uid, gid } = statSync(path);
  const given = uid === user.uid ? mode >> 6 : gid === user.gid ? mode >> 3 : mode;
  return (given & bits) === bits;
}

/**
 * Makes a folder that only PostgreSQL's user may enter, and returns where it really is: at `dir`, or, where that user
 * could not reach it, elsewhere behind a link at `dir`.
 */
export function makePrivateDir(dir) {
  const wanted = resolve(dir);
  mkdirSync(dirname(wanted), { recursive: true });
  const user = postgresUser();
  const known = lstatSync(wanted, { throwIfNoEntry: false });
  const isOutOfReach = user !== null && !canWalkTo(dirname(wanted), user);
  if (known?.isSymbolicLink()) {
    mkdirSync(readlinkSync(wanted), { recursive: true });
  } else if (known && isOutOfReach) {
    throw new Error(
      `${wanted} is where the user that PostgreSQL runs as cannot reach it; move it, or open what is above it`,
    );
  } else if (isOutOfReach) {
    const place = elsewhere(`data-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`);
    mkdirSync(place, { recursive: true });
    symlinkSync(place, wanted);
  } else {
    mkdirSync(wanted, { recursive: true });
  }
  const real = realpathSync(wanted);
  chmodSync(real, 0o700);
  if (user) chownSync(real, user.uid, user.gid);
  return real;
}

/** Removes a folder, and with a link what `makePrivateDir` put behind it. */
export function forget(dir) {
  const link = lstatSync(dir, { throwIfNoEntry: false });
  if (link?.isSymbolicLink() && readlinkSync(dir).startsWith(`${ELSEWHERE}/`)) {
    rmSync(readlinkSync(dir), { recursive: true, force: true });
  }
  rmSync(dir, { recursive: true, force: true });
}
