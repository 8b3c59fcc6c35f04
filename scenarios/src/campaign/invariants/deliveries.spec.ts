import type { AnyEvent, Recorded } from '@tocsin/contracts';
import type { Arrival } from '../house/receivers.ts';
import { deliveriesAreAsPromised } from './deliveries.ts';
import type { Evidence } from './evidence.ts';

type Story = {
  readonly level: 'WARN' | 'ERROR';
  readonly outcomes?: readonly (
    'DeliverySucceeded' | 'DeliveryUnknown' | 'DeliveryDeadLettered' | 'DeliveryGathered' | 'DeliveryWithdrawn'
  )[];
  /** How many letters say the same. */
  readonly letters?: number;
  readonly fates?: readonly Arrival['fate'][];
  readonly followed?: number;
};

/** What a house looks like whose notification decided on one webhook. */
function told({
  level,
  outcomes = ['DeliverySucceeded'],
  fates = ['accepted'],
  followed = 0,
  letters = 1,
}: Story): Evidence {
  const id = `esc:1:${level}:ops-webhook:0`;
  const fact = (type: string, data: object) => ({ type, data: { notificationId: id, ...data } });
  const rung = { scope: 'pair-A-1m', episodeId: '1', level, repeatIndex: 0 };
  const said = { channelId: 'ops-webhook', channelKind: 'webhook', kind: 'escalation', ...rung };
  const others = Array.from({ length: letters - 1 }, (_, index) => `grp:${index}`);
  const events = [
    fact('DeliveryIntended', said),
    ...others.flatMap((notificationId) => [
      fact('DeliveryIntended', { ...said, members: [rung], channelKind: 'log', notificationId }),
      fact('DeliverySucceeded', { notificationId }),
    ]),
    ...outcomes.map((type) => fact(type, {})),
  ] as unknown as readonly Recorded<AnyEvent>[]; // Only what the invariant reads.
  const lane = {
    service: 'notification',
    events,
    lost: 0,
    duplicated: 0,
    chainBreaks: 0,
    messages: [],
    unreadable: [],
    findings: [],
  } as const;
  return {
    verification: { events: events.length, entities: 0, rows: 0, rowsOff: 0, findings: [], lanes: [lane] },
    databases: new Map(),
    arrivals: fates.map((fate) => ({ channel: 'webhook', id, fate })),
    followed,
  };
}

describe('what was promised about deliveries', () => {
  it.each<[string, Story]>([
    ['something urgent that arrived', { level: 'ERROR' }],
    ['something urgent that arrived twice under one id', { level: 'ERROR', fates: ['accepted', 'accepted'] }],
    ['a notice of which nobody knows', { level: 'WARN', outcomes: ['DeliveryUnknown'], fates: ['accepted'] }],
    ['a notice that never arrived, and nobody claims so', { level: 'WARN', outcomes: ['DeliveryUnknown'], fates: [] }],
    ['something urgent that a digest tells', { level: 'ERROR', outcomes: ['DeliveryGathered'], fates: [] }],
    [
      'something urgent that was over before it was sent',
      { level: 'ERROR', outcomes: ['DeliveryWithdrawn'], fates: [] },
    ],
    [
      'something urgent that was finally refused',
      { level: 'ERROR', outcomes: ['DeliveryDeadLettered'], fates: ['sent-elsewhere'] },
    ],
  ])('holds for %s', (_what, story) => {
    expect(deliveriesAreAsPromised(told(story))).toEqual([]);
  });

  it.each<[string, Story, RegExp]>([
    ['something urgent that never arrived', { level: 'ERROR', outcomes: ['DeliveryUnknown'], fates: [] }, /urgent/],
    ['a notice that arrived twice', { level: 'WARN', fates: ['accepted', 'accepted'] }, /arrived 2 times/],
    ['a delivery without an outcome', { level: 'WARN', outcomes: [] }, /0 outcomes/],
    ['two outcomes', { level: 'WARN', outcomes: ['DeliveryUnknown', 'DeliverySucceeded'] }, /2 outcomes/],
    ['a success that never arrived', { level: 'WARN', fates: [] }, /never arrived/],
    ['a dead letter that nobody refused', { level: 'ERROR', outcomes: ['DeliveryDeadLettered'] }, /without a final no/],
    ['two letters that say the same', { level: 'WARN', letters: 2 }, /told in two letters/],
    ['a redirect that was followed', { level: 'WARN', followed: 1 }, /followed a redirect/],
  ])('is broken by %s', (_what, story, finding) => {
    expect(deliveriesAreAsPromised(told(story))).toEqual([expect.stringMatching(finding)]);
  });
});
