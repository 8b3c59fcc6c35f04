import { encodeCommand, streamOf, type ClockAdvanced, type ServiceName } from '@tocsin/contracts';
import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import { to, type EntityType } from '../src/step/entity-type.ts';
import type { Observation } from '../src/step/inputs.ts';
import type { OutgoingMessage } from '../src/stream/streams.ts';
import type { Lottery } from './lottery.ts';

type Tick = { readonly type: 'Tick'; readonly data: { readonly clock: string; readonly now: Instant } };

/** A clock that forgets nothing: told the same moment again, it says nothing. An echo says whatever it is told. */
export const ticker: EntityType<Tick, ClockAdvanced, { readonly now: Instant | null }> = {
  type: 'clock',
  decider: {
    initialState: () => ({ now: null }),
    decide: ({ data: { clock, now } }, state) =>
      !clock.startsWith(ECHO) && state.now !== null && now <= state.now
        ? []
        : [{ type: 'ClockAdvanced', data: { clock, now, because: 'the story goes on' } }],
    evolve: (_, { data: { now } }) => ({ now }),
  },
};

const ECHO = 'echo';
const CLOCKS = ['north', 'south', ECHO] as const;
const DAWN = instant('2026-03-02T09:00:00.000Z');
const MINUTE_MS = 60_000;
/** Longer than a tally waits before it rings. */
const GAP_MINUTES = 17;

export const SPEAKER: ServiceName = 'ingestion';
export const LISTENER: ServiceName = 'escalation';

/** What ingestion observes in one story: ticks of a few clocks, with gaps in between that ring. */
export function ticksOf(lottery: Lottery, count: number): readonly Observation[] {
  let minute = 0;
  return Array.from({ length: count }, (_, index) => {
    minute += lottery.chance(0.06) ? GAP_MINUTES : 1;
    const clock = lottery.pick(CLOCKS);
    const now = plusMs(DAWN, minute * MINUTE_MS);
    return {
      causeId: `tick:${clock}:${index}`,
      time: now,
      intentions: [to(ticker, clock, { type: 'Tick', data: { clock, now } })],
    };
  });
}

/** A request to escalation about a scope of the story, as any outside writer sends it. */
export function requestOf(
  number: number,
  lottery: Lottery,
): { readonly id: string; readonly message: OutgoingMessage } {
  const message = acknowledgement(number, `service-${lottery.pick(CLOCKS)}`);
  return { id: message.stamp['Nats-Msg-Id'] ?? '', message };
}

/** The request that somebody looks at `scope`. */
export function acknowledgement(number: number, scope: string): OutgoingMessage {
  const id = `request-${number}`;
  const body = encodeCommand(
    { type: 'AcknowledgeEpisode', data: { scope, reason: 'somebody looks at it' } },
    {
      id,
      tenant: 'shared',
      sender: 'query',
      time: DAWN,
      correlationId: id,
      actor: 'user:dana',
      expiresAt: null,
      traceparent: null,
    },
  );
  const subject = `cmd.${LISTENER}.shared.episode.${scope}.acknowledge`;
  return { position: number, subject, stamp: { 'Nats-Msg-Id': id }, body };
}

export const SPEAKER_LANE = streamOf(SPEAKER);
