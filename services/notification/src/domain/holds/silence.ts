import { matchesAll, silenceWindowFrom, type Labels, type Matcher, type SilenceCreatedData } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';

/** Somebody does not want to hear of what fits, for a while or by the calendar. */
export type Silence = {
  readonly silenceId: string;
  readonly tenant: string;
  readonly matchers: readonly Matcher[];
  readonly from: Instant;
  readonly until: Instant;
  /** A maintenance window comes back at the same time by the clocks of its zone. */
  readonly every: 'day' | 'week' | null;
  readonly zone: string;
};

/** Until when the silence is active that is so at `at`; null when it is not. */
export function activeUntil(silence: Silence, at: Instant): Instant | null {
  const window = silenceWindowFrom(silence, at);
  return window !== null && window.from <= at ? window.until : null;
}

/** A silence as it was created. */
export const silenceOf = ({ silenceId, tenant, matchers, from, until, every, zone }: SilenceCreatedData): Silence => ({
  silenceId,
  tenant,
  matchers,
  from,
  until,
  every,
  zone,
});

/** Whether the silence is about something with these labels. */
export const concerns = ({ matchers, tenant }: Silence, labels: Labels): boolean =>
  labels['tenant'] === tenant && matchesAll(matchers, labels);
