import { createHash, randomUUID } from 'node:crypto';
import type { CreateSilence, Matcher } from '@tocsin/contracts';
import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import { Problem } from '../../reading/problem.ts';
import { matchers } from './matchers.ts';
import { moment, sentence, token } from './parameters.ts';
import { question, statement, type ParameterSchema } from './question.ts';
import type { Terms } from './terms.ts';

/** When a silence holds, as callers write it. */
type WrittenTimes = {
  readonly from?: string;
  readonly until?: string;
  readonly for_ms?: number;
};

/** A silence of one scope, as callers write it. */
export type WrittenScopeSilence = WrittenTimes & { readonly comment: string };

/** A silence as callers write it. */
export type WrittenSilence = WrittenScopeSilence & {
  readonly kind?: 'silence' | 'maintenance';
  readonly matchers: readonly Matcher[];
  readonly every?: 'day' | 'week';
  readonly zone?: string;
};

export type BySilence = { readonly id: string };

export const bySilence = question<BySilence>({ properties: { id: token('The id of the silence.') }, required: ['id'] });

/** As long as anybody remembers why. */
const LASTS_MS_MAX = 30 * 86_400_000;

const timed = {
  from: moment('When it begins; now, unless said.'),
  until: moment('When it ends, at most 30 days after it begins.'),
  for_ms: {
    type: 'integer',
    minimum: 1_000,
    maximum: LASTS_MS_MAX,
    description: 'How long it lasts, instead of `until`.',
  },
  comment: sentence('Why; shown wherever something is held back by it.', 'Works at the provider.'),
} as const satisfies Readonly<Record<string, ParameterSchema>>;

export const scopeSilence = statement<WrittenScopeSilence>({ properties: timed, required: ['comment'] });

export const newSilence = statement<WrittenSilence>({
  properties: {
    kind: {
      type: 'string',
      enum: ['silence', 'maintenance'],
      description: 'A silence is for now; a maintenance window is planned, and may come back.',
    },
    matchers: matchers('Which episodes it holds back: those whose labels all of these fit.', { min: 1 }),
    every: {
      type: 'string',
      enum: ['day', 'week'],
      description: 'How often a maintenance window comes back, at the same time by the clocks of `zone`.',
    },
    zone: {
      type: 'string',
      pattern: '^[A-Za-z][A-Za-z0-9_+/-]{0,63}$',
      description: 'The time zone by whose clocks it comes back, by its IANA name; UTC unless said.',
    },
    ...timed,
  },
  required: ['matchers', 'comment'],
});

type Owned = { readonly tenant: string; readonly terms: Terms; readonly now: Instant };

/**
 * What is asked of escalation for a silence. Under a key the same silence is meant, so it has the same id.
 * @throws {Problem} when its end is said twice or not at all, or its beginning is "now" under a key, for the same words
 * would then mean another time whenever they are said again.
 */
export function wantedSilence(written: WrittenSilence, { tenant, terms: { key }, now }: Owned): CreateSilence {
  const { kind = 'silence', every = null, zone = 'UTC', comment, from: begin, until: end, for_ms: lastsMs } = written;
  if ((end === undefined) === (lastsMs === undefined))
    throw wrong('/body/until', end === undefined ? 'is missing, and so is for_ms' : 'must not stand beside for_ms');
  if (key !== null && begin === undefined)
    throw wrong('/body/from', 'is missing: under an Idempotency-Key a silence cannot begin now');
  const from = begin === undefined ? now : instant(begin);
  const until = end === undefined ? plusMs(from, lastsMs ?? 0) : instant(end);
  const silenceId = key === null ? randomUUID() : idUnder(key);
  const data = { tenant, silenceId, kind, matchers: written.matchers, from, until, every, zone, comment };
  return { type: 'CreateSilence', data };
}

const wrong = (pointer: string, detail: string): Problem => Problem.of('invalid-body', [{ pointer, detail }]);

/** In the shape of a UUID, which is what Alertmanager's tools take for an id. */
function idUnder(key: string): string {
  const digest = createHash('sha256').update(`silence|${key}`).digest('hex');
  const parts = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`, `8${digest.slice(17, 20)}`];
  return [...parts, digest.slice(20, 32)].join('-');
}
