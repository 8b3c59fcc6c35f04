import { matcherFault, matchesAll, type SilenceCreated, type SilenceExpired } from '@tocsin/contracts';
import { isTimeZone, msBetween, refuse, type Decider, type Instant, type Refusal } from '@tocsin/domain-kit';

/** What a person wants to be kept from people, and when. */
export type WantedSilence = SilenceCreated['data'];

/** A silence or maintenance window by its id. */
export type Silence =
  | { readonly status: 'none' }
  | {
      readonly status: 'standing';
      readonly tenant: string;
      /** When it ends by itself; null for a window that comes back. */
      readonly endsAt: Instant | null;
    }
  | { readonly status: 'over'; readonly tenant: string };

export type SilenceCommand =
  | { readonly type: 'CreateSilence'; readonly data: WantedSilence }
  | {
      readonly type: 'ExpireSilence';
      readonly data: { readonly silenceId: string; readonly tenant: string; readonly by: string; readonly at: Instant };
    }
  | { readonly type: 'EndSilence'; readonly data: { readonly silenceId: string; readonly at: Instant } };

export type SilenceEvent = SilenceCreated | SilenceExpired;

export type SilenceRefusal =
  | 'silence-exists'
  | 'silence-unknown'
  | 'silence-over'
  | 'silence-ends-before-it-begins'
  | 'silence-too-long'
  | 'silence-cannot-recur'
  | 'silence-overlaps-itself'
  | 'silence-matches-everything'
  | 'matcher-unreadable'
  | 'zone-unknown';

const DAY_MS = 86_400_000;

/** Longer than this nobody remembers why. */
const LASTS_MS_MAX = 30 * DAY_MS;
const PERIODS_MS = { day: DAY_MS, week: 7 * DAY_MS } as const;

/** Decides what is kept from people for a while. Episodes know nothing of it: silenced is not lost. */
export const silenceDecider: Decider<SilenceCommand, SilenceEvent, Silence, SilenceRefusal> = {
  initialState: () => ({ status: 'none' }),

  decide({ type, data }, silence) {
    switch (type) {
      case 'CreateSilence': {
        if (silence.status !== 'none') return refuse('silence-exists', `There is a silence ${data.silenceId} already.`);
        return refusalOf(data) ?? [{ type: 'SilenceCreated', data }];
      }
      case 'ExpireSilence': {
        const { silenceId, tenant, by, at } = data;
        // Whose it is not does not learn that there is one.
        if (silence.status === 'none' || silence.tenant !== tenant)
          return refuse('silence-unknown', `There is no silence ${silenceId}.`);
        if (silence.status === 'over') return refuse('silence-over', `The silence ${silenceId} is over already.`);
        return [{ type: 'SilenceExpired', data: { tenant, silenceId, by, at } }];
      }
      case 'EndSilence': {
        const { silenceId, at } = data;
        if (silence.status !== 'standing' || silence.endsAt === null || silence.endsAt > at) return [];
        return [{ type: 'SilenceExpired', data: { tenant: silence.tenant, silenceId, by: null, at } }];
      }
    }
  },

  evolve(_silence, { type, data }) {
    switch (type) {
      case 'SilenceCreated':
        return { status: 'standing', tenant: data.tenant, endsAt: data.every === null ? data.until : null };
      case 'SilenceExpired':
        return { status: 'over', tenant: data.tenant };
    }
  },
};

/** Why a silence cannot be as it is wanted; null when it can. */
function refusalOf({ kind, matchers, from, until, every, zone, at }: WantedSilence): Refusal<SilenceRefusal> | null {
  const lastsMs = msBetween(from, until);
  if (lastsMs <= 0) return refuse('silence-ends-before-it-begins', 'A silence ends after it begins.');
  if (lastsMs > LASTS_MS_MAX) return refuse('silence-too-long', 'A silence lasts 30 days at most.');
  if (!isTimeZone(zone)) return refuse('zone-unknown', `There is no time zone '${zone}'.`);
  if (every === null) {
    if (until <= at) return refuse('silence-over', `It would have ended at ${until}.`);
  } else {
    if (kind === 'silence') return refuse('silence-cannot-recur', 'Only a maintenance window comes back.');
    if (lastsMs > PERIODS_MS[every])
      return refuse('silence-overlaps-itself', `A window that comes back every ${every} is shorter than that.`);
  }
  const faults = matchers.flatMap((matcher) => matcherFault(matcher) ?? []);
  if (faults.length > 0) return refuse('matcher-unreadable', faults.join(' '));
  if (matchesAll(matchers, {}))
    return refuse('silence-matches-everything', 'At least one matcher must want a label that is there.');
  return null;
}
