import type { AnyProjection } from '@tocsin/event-log';
import { agent } from './agent.projection.ts';
import { analysis } from './analysis.projection.ts';
import { bar } from './bar.projection.ts';
import { channel } from './channel.projection.ts';
import { delivery } from './delivery.projection.ts';
import { episodeTimeline } from './episode-timeline.projection.ts';
import { episode } from './episode.projection.ts';
import { failedAttempt } from './failed-attempt.projection.ts';
import { noticeTimeline } from './notice-timeline.projection.ts';
import { notice } from './notice.projection.ts';
import { pairStatus } from './pair-status.projection.ts';
import { policy } from './policy.projection.ts';
import { providerUsage } from './provider-usage.projection.ts';
import { provider } from './provider.projection.ts';
import { scopeTally } from './scope-tally.projection.ts';
import { signalBoard } from './signal-board.projection.ts';
import { signalScore } from './signal-score.projection.ts';
import { silence } from './silence.projection.ts';
import { simulation } from './simulation.projection.ts';
import { task } from './task.projection.ts';

/** Every read model that is folded from the log. */
export const projections: readonly AnyProjection[] = [
  bar,
  pairStatus,
  failedAttempt,
  provider,
  providerUsage,
  analysis,
  signalBoard,
  signalScore,
  agent,
  task,
  episode,
  episodeTimeline,
  scopeTally,
  silence,
  policy,
  notice,
  noticeTimeline,
  delivery,
  channel,
  simulation,
];
