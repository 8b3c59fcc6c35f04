import { createHash } from 'node:crypto';

/** SHA-256 of an artefact without its own digest: as JSON with sorted keys and without blanks, however it is laid out. */
export function artefactDigest(artefact: object): string {
  const rest = Object.entries(artefact).filter(([field]) => field !== 'digest');
  return createHash('sha256')
    .update(JSON.stringify(sorted(Object.fromEntries(rest))))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
