import { instant, plusMs } from '@tocsin/domain-kit';
import { taskCompleted, taskFailed, taskLeased, taskUnroutable } from '../../test/agent-facts.ts';
import { channelRemoved, deadLettered, deliverySucceeded } from '../../test/delivery-facts.ts';
import { eventParked, eventRedriven, laneHalted, projectionHalted, recorded } from '../../test/facts.ts';
import { UNTROUBLED } from '../domain/health.ts';
import { aboutService } from './scope.ts';
import { serviceRecords } from './service-record.model.ts';

const at = instant('2026-03-02T09:30:00.000Z');
const said = { id: 'a', time: at, service: 'analysis' } as const;
const notification = { ...said, service: 'notification' } as const;
const about = aboutService('analysis');
const story = (...facts: readonly Parameters<typeof serviceRecords.fold>[1][]) =>
  facts.reduce<ReturnType<typeof serviceRecords.fold> | undefined>(
    (record, fact) => serviceRecords.fold(record, fact),
    undefined,
  );

const silent = recorded(
  {
    type: 'ServiceSilent' as const,
    data: { service: 'analysis', level: 'ERROR' as const, lastBeatAt: null, silentMs: 45_000, because: 'No beat.', at },
  },
  { ...said, service: 'escalation' },
);
const returned = recorded(
  { type: 'ServiceReturned' as const, data: { service: 'analysis', silentMs: 60_000, at } },
  { ...said, service: 'escalation' },
);
const raised = recorded(
  {
    type: 'EpisodeRaised' as const,
    data: {
      ...about,
      episodeId: 'ep',
      from: 'INFO' as const,
      to: 'ERROR' as const,
      cause: 'No beat.',
      causeEventIds: ['a'],
      reopenOf: null,
      openedAt: at,
      at,
    },
  },
  { ...said, service: 'escalation' },
);

describe('what the log knows of a service', () => {
  it('belongs to the service that is in trouble, not to the one that says so', () => {
    expect([recorded(eventParked(), said), silent, returned, raised].map((fact) => serviceRecords.keyOf(fact))).toEqual(
      Array.from({ length: 4 }, () => 'service-analysis'),
    );
  });

  it('is its silence until it returns, and where its episode stands', () => {
    expect(story(silent, raised)).toEqual({ ...UNTROUBLED, silent: 'ERROR', level: 'ERROR' });
    expect(story(silent, raised, returned)).toEqual({ ...UNTROUBLED, level: 'ERROR' });
  });

  it('is the newest halt, and the first key that is parked', () => {
    const later = { ...said, id: 'b', time: plusMs(at, 1_000) };
    expect(story(recorded(laneHalted(), said), recorded(projectionHalted(), later))?.halted).toMatchObject({
      eventId: 'b',
      saidAt: plusMs(at, 1_000),
    });
    expect(story(recorded(eventParked(), said), recorded(eventParked(), later))?.parked).toMatchObject({
      eventId: 'a',
    });
  });

  it('is what waits in vain until somebody has such a task, and what was given up until such a task is done', () => {
    const waits = recorded(taskUnroutable(), said);
    const failed = recorded(taskFailed(), said);
    const names = (...facts: readonly Parameters<typeof serviceRecords.fold>[1][]) =>
      Object.keys(story(...facts)?.tasks ?? {});
    expect(story(waits)?.tasks).toMatchObject({ 'TaskUnroutable/trading_signal': { eventId: 'a', saidAt: at } });
    expect(names(waits, failed)).toEqual(['TaskUnroutable/trading_signal', 'TaskFailed/trading_signal']);
    expect(names(waits, failed, recorded(taskLeased(), said))).toEqual(['TaskFailed/trading_signal']);
    expect(names(waits, failed, recorded(taskCompleted(), said))).toEqual(['TaskUnroutable/trading_signal']);
    expect(names(waits, recorded(taskLeased('trading_analysis'), said))).toEqual(['TaskUnroutable/trading_signal']);
    expect(story(waits, recorded(taskLeased(), said))).toEqual(UNTROUBLED);
  });

  it('is what was given up on a channel, until something arrives there or it is another one', () => {
    const lost = (data?: Parameters<typeof deadLettered>[0]) => recorded(deadLettered(data), notification);
    expect(story(lost())?.deadLetters).toMatchObject({ 'ops-webhook': { eventId: 'a', saidAt: at } });
    for (const end of [deliverySucceeded(), channelRemoved()])
      expect(story(lost(), recorded(end, notification))).toEqual(UNTROUBLED);
    const elsewhere = recorded(deliverySucceeded('ops-email'), notification);
    expect(Object.keys(story(lost(), elsewhere)?.deadLetters ?? {})).toEqual(['ops-webhook']);
    expect(serviceRecords.keyOf(lost())).toBe('service-notification');
  });

  it('is not what was given up of notification itself, or of a test', () => {
    expect(story(recorded(deadLettered({ scope: 'service-notification' }), notification))).toBe(UNTROUBLED);
    expect(story(recorded(deadLettered({ notificationId: 'test:ops-webhook:1' }), notification))).toBe(UNTROUBLED);
  });

  it('is left alone by what arrives where nothing was given up, so that nothing is written', () => {
    const record = story(recorded(deadLettered(), notification));
    const arrived = recorded(deliverySucceeded('ops-email'), notification);
    expect(serviceRecords.fold(record, arrived)).toBe(record);
  });

  it('is forgotten of what is not so any more or was one thing that failed, once a person says that it is over', () => {
    const cleared = (resolvedBy?: string) =>
      recorded(
        {
          type: 'EpisodeCleared' as const,
          data: {
            ...{ ...about, episodeId: 'ep', peak: 'WARN' as const, durationMs: 1, openedAt: at, cause: 'Seen.', at },
            ...(resolvedBy !== undefined && { resolvedBy }),
          },
        },
        { ...said, service: 'escalation' },
      );
    const lost = recorded(deadLettered(), notification);
    const failed = recorded(taskFailed(), said);
    const parked = recorded(eventParked(), said);
    expect(story(lost, failed, parked, raised, cleared('dana'))).toEqual({ ...story(parked), level: 'INFO' });
    expect(story(lost, failed, raised, cleared())).toEqual({ ...story(lost, failed), level: 'INFO' });
  });

  it('is parked until the last of its keys is redriven', () => {
    const parked = recorded(eventParked(), said);
    expect(story(parked, recorded(eventRedriven(1), said))?.parked).toMatchObject({ eventId: 'a' });
    expect(story(parked, recorded(eventRedriven(1), said), recorded(eventRedriven(0), said))).toEqual(UNTROUBLED);
  });
});
