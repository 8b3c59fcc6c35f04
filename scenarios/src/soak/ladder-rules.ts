import type { AnyEvent, Recorded } from '@tocsin/contracts';
import { named } from './day.ts';

const LEVELS = ['INFO', 'WARN', 'ERROR', 'CRITICAL'] as const;
type Level = (typeof LEVELS)[number];

/** Every way in which the ladder may have broken its rules on the day. */
export function brokenLadder(escalation: readonly Recorded<AnyEvent>[]): readonly string[] {
  const open = new Map<string, Level>();
  const findings: string[] = [];
  for (const { type, data } of escalation) {
    if (type === 'EpisodeRaised') {
      const before = open.get(data.scope);
      if (before !== undefined && LEVELS.indexOf(data.to) <= LEVELS.indexOf(before))
        findings.push(`${data.scope}: raised to ${data.to} when it was at ${before}`);
      open.set(data.scope, data.to);
    }
    if (type === 'EpisodeCleared') open.delete(data.scope);
  }
  for (const [scope, level] of open) findings.push(`${scope} is still at ${level} after a calm hour`);
  const raised = named(escalation, 'EpisodeRaised');
  for (const level of ['WARN', 'ERROR', 'CRITICAL'] as const)
    if (!raised.some((episode) => episode.to === level)) findings.push(`nothing was raised to ${level} all day`);
  return findings;
}
