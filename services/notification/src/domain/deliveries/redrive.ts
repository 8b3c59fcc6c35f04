import { refuse, type Refusal } from '@tocsin/domain-kit';

/** Nobody is helped by news that is older than a day. */
export const REDRIVE_AGE_MS_MAX = 86_400_000;

/** What a dead letter is worth by now. */
export type DeadLetterStanding = {
  /** Whether everything that it is about is over. */
  readonly isOver: boolean;
  /** Since it was decided. */
  readonly ageMs: number;
};

/** Returns why a dead letter should rest, unless somebody insists; null where it is still worth sending. */
export function redriveObstacle({ isOver, ageMs }: DeadLetterStanding): Refusal<'episode-over' | 'too-old'> | null {
  if (isOver) return refuse('episode-over', 'What it says is over by now; sent with force it goes all the same.');
  if (ageMs > REDRIVE_AGE_MS_MAX)
    return refuse('too-old', 'It is older than 24 h; sent with force it goes all the same.');
  return null;
}
