import type { Matcher } from '@tocsin/contracts';
import { plusMs, type Instant } from '@tocsin/domain-kit';
import { silenceStateAt, type SilenceState } from '../silence-state.ts';
import type { KnownSilence } from '../silences.ts';

/** A condition as Alertmanager's API v2 has it. */
export type TheirMatcher = {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
};

/** A silence as Alertmanager's API v2 has it (`gettableSilence`). */
export type TheirSilence = {
  readonly id: string;
  readonly status: { readonly state: SilenceState };
  readonly updatedAt: Instant;
  readonly comment: string;
  readonly createdBy: string;
  readonly endsAt: Instant;
  readonly matchers: readonly TheirMatcher[];
  readonly startsAt: Instant;
};

/** So long they are still shown when they are over, as Alertmanager keeps them. */
const KEPT_MS = 120 * 3_600_000;

/** Since when a silence must have been over to be shown no more. */
export const forgottenBefore = (now: Instant): Instant => plusMs(now, -KEPT_MS);

/** A silence in their words; one that comes back shows the window that lasts, or else the next. */
export function theirsOf(silence: KnownSilence, now: Instant): TheirSilence {
  const { silenceId, matchers, comment, by, at, expiredAt } = silence;
  const { state, window } = silenceStateAt(silence, now);
  return {
    ...{ id: silenceId, status: { state }, updatedAt: expiredAt ?? at, comment, createdBy: by },
    ...{ endsAt: window.until, matchers: matchers.map(theirMatcherOf), startsAt: window.from },
  };
}

const theirMatcherOf = ({ label, op, value }: Matcher): TheirMatcher => ({
  ...{ name: label, value, isRegex: op === '=~' || op === '!~', isEqual: op === '=' || op === '=~' },
});

/** A condition of theirs in our words. */
export const matcherOf = ({
  name,
  value,
  isRegex,
  isEqual = true,
}: Omit<TheirMatcher, 'isEqual'> & { isEqual?: boolean }): Matcher => ({
  label: name,
  op: isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=',
  value,
});

/** Tells whether a silence has all of these conditions itself, word for word: that is how they look for one. */
export const hasAll = (silence: TheirSilence, matchers: readonly Matcher[]): boolean =>
  matchers.every(({ label, op, value }) =>
    silence.matchers
      .map((theirs) => matcherOf(theirs))
      .some((own) => own.label === label && own.op === op && own.value === value),
  );

const ORDER: Readonly<Record<SilenceState, number>> = { active: 1, pending: 2, expired: 3 };

/** Active ones that end next first, then those that begin next, then those that ended last. */
export function inTheirOrder(one: TheirSilence, other: TheirSilence): number {
  const states = ORDER[one.status.state] - ORDER[other.status.state];
  if (states !== 0) return states;
  switch (one.status.state) {
    case 'active':
      return compare(one.endsAt, other.endsAt);
    case 'pending':
      return compare(one.startsAt, other.startsAt);
    case 'expired':
      return compare(other.endsAt, one.endsAt);
  }
}

const compare = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1);
