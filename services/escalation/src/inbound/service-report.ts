import type { ServiceName } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { to, type Observation } from '@tocsin/event-log';
import { diagnose, type ServiceRecord, type Vitals } from '../domain/health.ts';
import { isAbove } from '../domain/level.ts';
import type { Terms } from '../domain/terms.ts';
import { episode } from '../episode.entity.ts';
import { presence } from '../presence.entity.ts';
import { aboutService, episodeIdOf } from './scope.ts';

/** What the watch knows of one service at one moment. */
interface ServiceView {
  readonly service: ServiceName;
  readonly vitals: Exclude<Vitals, { status: 'untold' }>;
  readonly record: ServiceRecord;
  readonly terms: Terms;
  /** The service clock of escalation. */
  readonly now: Instant;
  /** When the watch began to listen, on the wall clock: it tells two silences apart in which there was no beat. */
  readonly listeningSince: Instant;
}

/**
 * What has to be said so that the log agrees with the beats; null when it does. The facts' ids are derived from what was
 * observed, so bringing the same observation again says nothing twice.
 */
export function reportOn(view: ServiceView): Observation | null {
  const { service, vitals, record, terms, now } = view;
  const causeId = observationIdOf(view);
  const about = aboutService(service);
  const diagnosis = diagnose(vitals, record);
  const intentions = [
    ...(vitals.status === 'failing' && (record.silent === null || isAbove(vitals.level, record.silent))
      ? [to(presence, service, { type: 'ReportSilence', data: silenceOf(service, vitals, now) })]
      : []),
    ...(vitals.status === 'well' && record.silent !== null
      ? [to(presence, service, { type: 'ReportReturn', data: { service, beatAt: vitals.beatAt, at: now } })]
      : []),
    ...(diagnosis !== null && diagnosis.level !== record.level
      ? [
          to(episode, about.scope, {
            type: 'ObserveHealth',
            data: {
              ...about,
              level: diagnosis.level,
              cause: diagnosis.cause,
              causeEventIds: [diagnosis.eventId ?? causeId],
              episodeId: episodeIdOf(about.scope, causeId),
              terms,
              at: now,
            },
          }),
        ]
      : []),
  ];
  return intentions.length === 0 ? null : { causeId, time: now, intentions };
}

const silenceOf = (service: ServiceName, vitals: Extract<Vitals, { status: 'failing' }>, at: Instant) => ({
  service,
  level: vitals.level,
  lastBeatAt: vitals.lastBeatAt,
  silentMs: Math.round(vitals.silentMs),
  because: vitals.because,
  at,
});

function observationIdOf({ service, vitals, listeningSince }: ServiceView): string {
  switch (vitals.status) {
    case 'well':
      return `beat:${service}:${vitals.beatAt}`;
    case 'failing':
      return `silence:${service}:${vitals.lastBeatAt ?? listeningSince}:${vitals.level}`;
  }
}
