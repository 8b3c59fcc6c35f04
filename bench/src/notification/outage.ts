import { setTimeout as pause } from 'node:timers/promises';
import { Desk, receiverOf } from './desk.ts';
import { raised } from './deliveries.ts';

/** What a receiver is sent when it comes back. */
export type OutageResult = {
  readonly episodes: number;
  /** Messages that it answered with 503 meanwhile. */
  readonly attemptsWhileDown: number;
  /** Messages that it was sent until nothing was left to be told. */
  readonly messagesOnReturn: number;
  readonly digests: number;
  readonly secondsToCalm: number;
};

const EPISODES = 1_000;
/** Two hours, and everything about trying again with it, are played 360 times as fast; what a receiver takes in a second is not. */
const HASTE = 360;
const DOWN_MS = (2 * 3_600_000) / HASTE;
const ATTEMPTS = { baseMs: 5_000 / HASTE, factor: 2, capMs: 600_000 / HASTE, giveUpAfterMs: 21_600_000 / HASTE };
/** What the house's own policy lets through to a webhook. */
const RATE = { messages: 10, perMs: 1_000 };
/** What the house lets out over all channels. */
const MESSAGES_PER_MINUTE = 60;

/** A receiver is down for two hours, in which a thousand pairs become CRITICAL one after the other; then it is back. */
export async function measureOutage(): Promise<OutageResult> {
  const attempts = Object.fromEntries(
    Object.entries(ATTEMPTS).map(([name, value]) => [name, name === 'factor' ? value : Math.round(value)]),
  ) as typeof ATTEMPTS;
  const desk = await Desk.open({ attempts, channels: [receiverOf(RATE)] }, MESSAGES_PER_MINUTE);
  try {
    const { receiver } = desk;
    receiver.isDown = true;
    const endsAt = performance.now() + DOWN_MS;
    const batches = 20;
    for (let batch = 0; batch < batches; batch += 1) {
      const size = EPISODES / batches;
      await desk.say(...Array.from({ length: size }, (_, index) => raised(batch * size + index)));
      await pause(DOWN_MS / batches / 2);
    }
    await desk.heard();
    await pause(Math.max(0, endsAt - performance.now()));
    const attemptsWhileDown = receiver.refused;
    receiver.isDown = false;
    const backAt = performance.now();
    await desk.until('nothing is left to be told', async () => {
      const { rows } = await desk.database.query<{ left: number }>('SELECT count(*)::int AS left FROM delivery_work');
      return rows[0]?.left === 0;
    });
    const { accepted } = receiver;
    return {
      episodes: EPISODES,
      attemptsWhileDown,
      messagesOnReturn: accepted.length,
      digests: accepted.filter(({ kind }) => kind === 'digest').length,
      secondsToCalm: Math.round((performance.now() - backAt) / 100) / 10,
    };
  } finally {
    await desk.close();
  }
}
