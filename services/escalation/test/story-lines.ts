import { contractOf, type AnyEvent, type EscalationEvent, type Recorded } from '@tocsin/contracts';

/** What was said, as lines that a person can read and hold against another version of it. */
export const storyLines = (said: readonly Recorded<AnyEvent>[]): readonly string[] =>
  said.filter(isOurs).map((event) => `${event.time.slice(5, 16)} ${sentenceOf(event)}`);

const isOurs = (event: Recorded<AnyEvent>): event is Recorded<EscalationEvent> =>
  contractOf(event.type).service === 'escalation';

function sentenceOf({ type, data, tenant }: Recorded<EscalationEvent>): string {
  const whose = tenant === 'shared' ? '' : ` [${tenant}]`;
  switch (type) {
    case 'VerdictCounted': {
      const { scope, verdict, consecutiveFailures, amber, red, good } = data;
      return `${scope} counted ${verdict}: ${consecutiveFailures} failed, ${amber} amber, ${red} red, ${good} good`;
    }
    case 'EpisodeRaised': {
      const { scope, episodeId, from, to, cause, reopenOf, policy } = data;
      const back = reopenOf === null ? '' : `, again after ${reopenOf}`;
      return `${scope}${whose} ${from} -> ${to} (${episodeId}${back}, terms ${policy?.version ?? '?'}): ${cause}`;
    }
    case 'EpisodeCleared': {
      const { scope, episodeId, peak, durationMs, cause, resolvedBy } = data;
      const who = resolvedBy === undefined ? '' : ` by ${resolvedBy}`;
      return `${scope}${whose} cleared from ${peak} after ${Math.round(durationMs / 60_000)} min${who} (${episodeId}): ${cause}`;
    }
    case 'EpisodeAcknowledged':
      return `${data.scope}${whose} acknowledged by ${data.by} until ${data.until.slice(5, 16)}: ${data.reason}`;
    case 'AcknowledgementExpired':
      return `${data.scope}${whose} not acknowledged by ${data.by} any more`;
    case 'EpisodeCommented':
      return `${data.scope}${whose} commented by ${data.by}: ${data.text}`;
    case 'BreakerAwaited':
      return data.criticalAt === null
        ? `${data.scope} breaker not waited for any more`
        : `${data.scope} breaker of ${data.provider ?? '?'} is CRITICAL at ${data.criticalAt.slice(5, 16)}`;
    case 'SilenceCreated':
      return `silence ${data.silenceId}${whose} by ${data.by} until ${data.until.slice(5, 16)}: ${data.comment}`;
    case 'SilenceExpired':
      return `silence ${data.silenceId}${whose} over, ${data.by === null ? 'in its time' : `by ${data.by}`}`;
    case 'PolicyChanged':
      return `policy ${data.policyId} ${data.version} by ${data.by}: ${data.reason}`;
    case 'ServiceSilent':
      return `${data.service} is silent at ${data.level}: ${data.because}`;
    case 'ServiceReturned':
      return `${data.service} is heard of again after ${data.silentMs} ms`;
  }
}
