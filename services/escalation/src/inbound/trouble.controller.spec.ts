import type { DeliveryDeadLettered } from '@tocsin/contracts';
import type { Local } from '@tocsin/event-log';
import { taskFailed, taskUnroutable } from '../../test/agent-facts.ts';
import { deadLettered } from '../../test/delivery-facts.ts';
import { eventParked, laneHalted, projectionHalted, recorded } from '../../test/facts.ts';
import { episodeIdOf } from './scope.ts';
import { TroubleController } from './trouble.controller.ts';

const controller = new TroubleController();
/** Nothing has been said before. */
const untold: Local = { get: () => undefined };

describe('trouble in a service', () => {
  it.each([
    [eventParked(), 'WARN', 'In analysis, analysis EURUSD-15m is parked at LOG_INGESTION 17: data/closeAt must'],
    [
      laneHalted(),
      'CRITICAL',
      'analysis stands still at LOG_INGESTION 17: The chain differs. Remedy: tocsin log repair',
    ],
    [projectionHalted(), 'CRITICAL', 'The read model bars stands still at LOG_INGESTION 17: data/closeAt must'],
    [
      taskUnroutable(),
      'WARN',
      'A task trading_signal about EURUSD-15m has waited 60 s: nobody who is there can and may do sovereign_access, trading_signal.',
    ],
    [
      taskFailed(),
      'WARN',
      'A task trading_signal about EURUSD-15m was given up after 3 attempts (AGENT_TIMEOUT): No answer within 20 s.',
    ],
  ] as const)('is an ailment of the service that says it: %j', (fact, level, cause) => {
    const intentions = controller.onTrouble(recorded(fact, { id: 'trouble', service: 'analysis' }), untold);
    expect(intentions).toMatchObject([
      {
        key: 'service-analysis',
        command: {
          type: 'ReportAilment',
          data: {
            scope: 'service-analysis',
            scopeKind: 'service',
            subject: { service: 'analysis' },
            level,
            causeEventIds: ['trouble'],
            episodeId: episodeIdOf('service-analysis', 'trouble'),
          },
        },
      },
    ]);
    expect((intentions[0]?.command.data as { cause: string }).cause).toContain(cause);
  });

  it('is a message that nobody got, told without the names of a tenant’s own', () => {
    const told = (fact: DeliveryDeadLettered, tenant = 'shared') =>
      controller
        .onTrouble({ ...recorded(fact, { id: 'trouble', service: 'notification' }), tenant }, untold)
        .map(({ key, command: { data } }) => [key, (data as { cause: string }).cause]);
    expect(told(deadLettered())).toEqual([
      ['service-notification', 'The channel ops-webhook gave up a message after 42 attempts: It answered 503.'],
    ]);
    expect(told(deadLettered(), 'acme')).toEqual([
      ['service-notification', 'A channel of a tenant gave up a message after 42 attempts.'],
    ]);
    expect(told(deadLettered({ scope: 'service-notification' }))).toEqual([]);
    expect(told(deadLettered({ notificationId: 'test:ops-webhook:1' }))).toEqual([]);
  });

  it('of escalation itself is the watch’s to tell: deciding about it here might be what failed', () => {
    expect(controller.onTrouble(recorded(eventParked(), { id: 'trouble', service: 'escalation' }), untold)).toEqual([]);
  });

  it('is told in a sentence that is not endless', () => {
    const endless = { ...laneHalted(), data: { ...laneHalted().data, because: 'x'.repeat(2_000) } };
    const [intention] = controller.onTrouble(recorded(endless, { id: 'trouble' }), untold);
    expect((intention?.command.data as { cause: string }).cause).toHaveLength(1_000);
    const bells = { ...laneHalted(), data: { ...laneHalted().data, because: '🔔'.repeat(1_000) } };
    for (const because of [bells.data.because, `x${bells.data.because}`]) {
      const [told] = controller.onTrouble(
        recorded({ ...bells, data: { ...bells.data, because } }, { id: 'trouble' }),
        untold,
      );
      expect((told?.command.data as { cause: string }).cause).toMatch(/^[^\p{Cs}]+…$/u);
    }
  });
});

describe('the id of an episode', () => {
  it('is the beginning of a digest of scope and fact', () => {
    // printf 'pair-EURUSD-15m|a' | sha256sum
    expect(episodeIdOf('pair-EURUSD-15m', 'a')).toBe('a4edebc67b813792');
  });
});
