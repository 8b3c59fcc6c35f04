import { ContractViolation } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { EXAMPLE_EVENTS, exampleOf, serviceOf } from '../test/stories.ts';
import {
  commandStreamOf,
  contractOf,
  isToken,
  ownerKeyOf,
  parseSubject,
  SERVICES,
  streamOf,
  subjectOf,
  type AnyEvent,
} from './index.ts';

const SHARED = { tenant: 'shared' };
const token = fc.stringMatching(/^[A-Za-z0-9_=-]{1,64}$/);

/** The same event about something else. */
const about = (event: AnyEvent, key: string): AnyEvent =>
  ({ ...event, data: { ...event.data, [contractOf(event.type).key]: key } }) as AnyEvent;

describe('a subject', () => {
  it.each([
    ['BarClosed', 'ingestion', 'evt.ingestion.shared.bar.EURUSD-15m.closed'],
    ['BarMissed', 'ingestion', 'flt.ingestion.shared.bar.EURUSD-15m.missed'],
    ['FreshnessChanged', 'ingestion', 'evt.ingestion.shared.freshness.EURUSD-15m.changed'],
    ['SignalEmitted', 'analysis', 'evt.analysis.shared.signal.EURUSD-15m.emitted'],
    ['RunFailed', 'analysis', 'flt.analysis.shared.run.EURUSD-15m.failed'],
    ['EpisodeRaised', 'escalation', 'evt.escalation.shared.episode.pair-EURUSD-15m.raised'],
    ['DeliveryDeadLettered', 'notification', 'flt.notification.shared.delivery.ops-webhook.dead-lettered'],
    ['DeadlinePassed', 'notification', 'evt.notification.shared.episode.pair-EURUSD-15m.deadline-passed'],
    ['EventParked', 'analysis', 'flt.analysis.shared.analysis.EURUSD-15m.event-parked'],
    ['LaneHalted', 'query', 'flt.query.shared.lane.LOG_ANALYSIS.halted'],
  ] as const)('of %s said by %s is %s', (name, service, subject) => {
    expect(subjectOf(exampleOf(name), { service, ...SHARED })).toBe(subject);
  });

  it('comes apart into what it was made of', () => {
    fc.assert(
      fc.property(fc.constantFrom(...EXAMPLE_EVENTS), token, token, (example, tenant, key) => {
        const event = about(example, key);
        const service = serviceOf(event);
        const parts = parseSubject(subjectOf(event, { service, tenant }));
        const { family, event: verb } = contractOf(event.type);
        expect(parts).toMatchObject({ family, service, tenant, key, event: verb });
      }),
    );
  });

  it('is never made of what would break it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...EXAMPLE_EVENTS), fc.string(), (example, key) => {
        const subject = () => subjectOf(about(example, key), { service: serviceOf(example), ...SHARED });
        if (isToken(key)) expect(parseSubject(subject())?.key).toBe(key);
        else expect(subject).toThrow(ContractViolation);
      }),
    );
  });

  it('is not taken apart unless this house could have made it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(token, fc.constantFrom('evt', 'flt', 'cmd', ...SERVICES, '', '>', '*')), { maxLength: 8 }),
        (tokens) => {
          const parts = parseSubject(tokens.join('.'));
          if (parts === null) return;
          const { family, service, tenant, entity, key, event } = parts;
          expect([family, service, tenant, entity, key, event]).toEqual(tokens);
        },
      ),
    );
  });

  it.each([
    '',
    'evt',
    'evt.ingestion.shared.bar.EURUSD-15m',
    'evt.ingestion.shared.bar.EURUSD-15m.closed.v1',
    'evt.ingestion.shared.bar.BRK B.closed',
    'evt.ingestion.shared.bar.>.closed',
    'hb.ingestion.shared.bar.EURUSD-15m.closed',
    'evt.weather.shared.bar.EURUSD-15m.closed',
  ])("is not '%s'", (text) => {
    expect(parseSubject(text)).toBeNull();
  });

  it('refuses the key BRK.B', () => {
    expect(() => subjectOf(about(exampleOf('BarClosed'), 'BRK.B'), { service: 'ingestion', ...SHARED })).toThrow(
      /key 'BRK.B' is not a token/,
    );
  });

  it('belongs to the service of its fact', () => {
    expect(() => subjectOf(exampleOf('BarClosed'), { service: 'analysis', ...SHARED })).toThrow(/belongs to ingestion/);
  });
});

describe('the owner of a fact', () => {
  it.each([
    ['BarMissed', { owner: 'feed', key: 'EURUSD-15m' }],
    ['DeliveryIntended', { owner: 'delivery', key: 'esc:3f8a1c0b92d4e6f7:CRITICAL:ops-webhook:0' }],
    ['DeliverySucceeded', { owner: 'delivery', key: 'esc:3f8a1c0b92d4e6f7:CRITICAL:ops-webhook:0' }],
    ['DeadlinePassed', { owner: 'episode', key: 'pair-EURUSD-15m' }],
  ] as const)('%s is %o', (name, owner) => {
    expect(ownerKeyOf(exampleOf(name))).toEqual(owner);
  });
});

describe('a stream', () => {
  it('is named after its service', () => {
    expect(SERVICES.map(streamOf)).toEqual([
      'LOG_INGESTION',
      'LOG_ANALYSIS',
      'LOG_RISK',
      'LOG_GOVERNANCE',
      'LOG_ESCALATION',
      'LOG_NOTIFICATION',
      'LOG_QUERY',
    ]);
    expect(commandStreamOf('escalation')).toBe('CMD_ESCALATION');
  });
});
