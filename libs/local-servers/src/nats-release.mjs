import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The release that production runs, and that `go install` builds. */
export const RELEASE = '2.14.7';

/**
 * SHA-256 of the official archives. Linux: as pinned in the official container image's build file (nats-io/nats-docker).
 * A platform without a line here is served by the other ways.
 */
const ARCHIVES = {
  'linux-x64': {
    file: 'linux-amd64.tar.gz',
    sha256: 'e5c20b1cb2c0566b54c544312e91e011f9e130c5c80f16a14f4cf28ef30b8be2',
  },
  'linux-arm64': {
    file: 'linux-arm64.tar.gz',
    sha256: '50e0258a1b7290f3fe2e4f17506b74a90ffb1dd77867ae3a402eb0c9e2b0d40f',
  },
};

const ANSWER_WITHIN_MS = 5_000;
const ARRIVE_WITHIN_MS = 60_000;

/** Fetches the official archive, checks it against its pin, and unpacks the one file that is wanted to `target`. */
export async function fetchNatsRelease(target) {
  const platform = `${process.platform}-${process.arch}`;
  const archive = ARCHIVES[platform];
  if (!archive) throw new Error(`no pinned checksum for ${platform}`);
  const url = `https://github.com/nats-io/nats-server/releases/download/v${RELEASE}/nats-server-v${RELEASE}-${archive.file}`;
  const bytes = await download(url);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== archive.sha256)
    throw new Error(`the archive's SHA-256 is ${sha256}, not the pinned ${archive.sha256}`);
  const half = `${target}.${process.pid}`;
  writeFileSync(half, fileInTar(gunzipSync(bytes), 'nats-server'), { mode: 0o755 });
  renameSync(half, target);
}

/** A server that cannot be reached is given up after seconds; one that answers may take its time. */
async function download(url) {
  const limit = new AbortController();
  let timer = setTimeout(() => limit.abort(new Error('no answer in time')), ANSWER_WITHIN_MS);
  try {
    const answer = await fetch(url, { signal: limit.signal });
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    clearTimeout(timer);
    timer = setTimeout(() => limit.abort(new Error('too slow')), ARRIVE_WITHIN_MS);
    return Buffer.from(await answer.arrayBuffer());
  } catch (error) {
    throw new Error(error.cause?.message ?? error.message, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** The content of the file of this name in an uncompressed tar: 512-byte headers with the name first and the size, in octal, at 124. */
export function fileInTar(tar, name) {
  for (let at = 0; at + 512 <= tar.length;) {
    const path = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(tar.toString('ascii', at + 124, at + 136), 8) || 0;
    if (path.split('/').at(-1) === name) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`no ${name} in the archive`);
}
