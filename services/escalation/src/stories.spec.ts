import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { POLICY_DEFAULTS, type AlertRaised, type BarMissed, type CreateSilence } from '@tocsin/contracts';
import { plusMs, type Instant, type Pair } from '@tocsin/domain-kit';
import {
  attemptFailed,
  barClosed,
  barMissed,
  breakerClosed,
  breakerHalfOpened,
  breakerOpened,
  closeOf,
  feedAdded,
  outageClosed,
  outageOpened,
  runCompleted,
  seenAt,
} from '../test/facts.ts';
import { MemoryHouse } from '../test/memory-house.ts';
import { storyLines } from '../test/story-lines.ts';
import { entities } from './entities.ts';

/** Renewed by `RENEW_GOLDEN=1 npm run test:unit -- services/escalation/src/stories`; then read what changed. */
const isRenewal = process.env['RENEW_GOLDEN'] === '1';
const GOLDEN = join(import.meta.dirname, '../test/stories');

const HOUR_MS = 3_600_000;
const scope = 'pair-EURUSD-15m';
const hours = (count: number): Instant => plusMs(closeOf(0), count * HOUR_MS);

const fails = (house: MemoryHouse, ...bars: readonly number[]): void => {
  for (const bar of bars) house.hear('ingestion', seenAt(bar), attemptFailed(bar));
};
const works = (house: MemoryHouse, ...bars: readonly number[]): void => {
  for (const bar of bars) {
    house.hear('ingestion', seenAt(bar), barClosed(bar));
    house.hear('analysis', seenAt(bar), runCompleted(bar));
  }
};
const missedOf = (name: string, bar: number): BarMissed => {
  const { type, data } = barMissed(bar, 'RED');
  return { type, data: { ...data, symbol: name, pair: `${name}-15m` as Pair } };
};
const alert = (actual: number, occurredAt: Instant, more: Partial<AlertRaised['data']> = {}): AlertRaised => ({
  type: 'AlertRaised',
  data: {
    ...{ tenant: 'acme', alertId: `a-${actual}`, portfolio: 'growth', alertType: 'dar_breach' },
    ...{ threshold: 0.1, actual, occurredAt, at: plusMs(occurredAt, 2_000), ...more },
  },
});

const STORIES: Readonly<Record<string, (house: MemoryHouse) => void>> = {
  'T-8 a feed fails three times': (house) => {
    fails(house, 1, 2, 3);
    works(house, 4, 5);
  },
  'T-9 a feed flaps': (house) => {
    for (let round = 0; round < 10; round += 1) {
      fails(house, 2 * round + 1);
      works(house, 2 * round + 2);
    }
  },
  'T-10 a weekend in the middle': (house) => {
    fails(house, 1, 2);
    house.pass(hours(60));
    works(house, 260, 261);
  },
  'T-11 an acknowledged feed gets worse': (house) => {
    fails(house, 1, 2);
    house.ask({ type: 'AcknowledgeEpisode', data: { scope, reason: 'I am on it.' } }, 'dana', seenAt(2));
    fails(house, 3);
    house.ask({ type: 'CommentEpisode', data: { scope, text: 'They changed the symbol.' } }, 'eli', seenAt(4));
    house.pass(hours(30));
    house.ask({ type: 'ResolveEpisode', data: { scope, reason: 'The feed was replaced.' } }, 'dana', hours(31));
    house.ask({ type: 'CommentEpisode', data: { scope, text: 'Ask them to announce it.' } }, 'dana', hours(32));
    fails(house, 140);
  },
  'T-12 half of a provider is stale': (house) => {
    const names = ['AAA', 'BBB', 'CCC'];
    for (const bar of [1, 2, 3, 4]) {
      for (const name of names) house.hear('ingestion', seenAt(bar), missedOf(name, bar));
      if (bar === 1) house.hear('ingestion', seenAt(bar), outageOpened(seenAt(bar)));
    }
    house.hear('ingestion', seenAt(5), outageClosed(seenAt(5)));
  },
  'a breaker does not close': (house) => {
    house.hear('ingestion', seenAt(1), feedAdded(), breakerOpened('simulated', seenAt(1), 600_000));
    house.hear('ingestion', seenAt(2), breakerHalfOpened(seenAt(2)));
    house.hear('ingestion', seenAt(2), breakerOpened('simulated', seenAt(2), 900_000));
    house.pass(hours(2));
    house.hear('ingestion', hours(3), breakerHalfOpened(hours(3)), breakerClosed('simulated', hours(3)));
    works(house, 13, 14);
  },
  'T-32 a portfolio has a bad day': (house) => {
    const says = (fact: AlertRaised) => {
      house.hear('risk', fact.data.at, fact);
    };
    says(alert(0.108, hours(0)));
    says(alert(0.12, hours(1)));
    says(alert(0.12, hours(2)));
    says(alert(0.14, hours(3)));
    const rearmed = {
      tenant: 'acme',
      portfolio: 'growth',
      alertType: 'dar_breach',
      occurredAt: hours(4),
      at: hours(4),
    };
    house.hear('risk', hours(4), { type: 'AlertRearmed', data: rearmed });
    says(alert(0.12, hours(5)));
    says(alert(0.14, hours(6)));
    says(alert(0.16, hours(7)));
    house.hear('risk', hours(8), { type: 'AlertRearmed', data: { ...rearmed, occurredAt: hours(8) } });
    says(alert(0.12, hours(24.9)));
    says(alert(0.12, hours(25)));
    says(alert(0.21, hours(26), { alertType: 'drawdown_limit', threshold: 0.2 }));
    says(alert(0.9, hours(27), { alertType: 'regime_shift', threshold: 0.8, regime: 'STAGFLATION' }));
    says(alert(0.12, hours(28), { tenant: 'zenith' }));
  },
  'an open episode keeps the terms that it began with': (house) => {
    fails(house, 1);
    const { pair: terms, ...rest } = POLICY_DEFAULTS.escalation;
    const patient = {
      ...rest,
      pair: { ...terms, error: { ...terms.error, failed: 4 }, critical: { failed: 6, red: 6 } },
    };
    house.ask(
      {
        type: 'ChangePolicy',
        data: { tenant: 'shared', kind: 'escalation', policy: patient, reason: 'It is a slow provider.' },
      },
      'dana',
      seenAt(1),
    );
    fails(house, 2, 3);
    works(house, 4, 5);
    fails(house, 10, 11, 12, 13);
  },
  'a silence, and a window that comes back': (house) => {
    const silence: CreateSilence['data'] = {
      tenant: 'acme',
      silenceId: 's1',
      kind: 'silence',
      matchers: [{ label: 'provider', op: '=', value: 'kraken' }],
      from: hours(0),
      until: hours(2),
      every: null,
      zone: 'UTC',
      comment: 'Announced.',
    };
    house.ask({ type: 'CreateSilence', data: silence }, 'dana', hours(0));
    house.ask(
      { type: 'CreateSilence', data: { ...silence, silenceId: 's2', kind: 'maintenance', every: 'day' } },
      'dana',
      hours(1),
    );
    house.pass(hours(100));
    house.ask({ type: 'ExpireSilence', data: { tenant: 'acme', silenceId: 's2' } }, 'eli', hours(101));
  },
  'an alert of somebody else': (house) => {
    const alertOf = (level: 'WARN' | 'CRITICAL', status: 'firing' | 'resolved', at: Instant) => {
      house.ask(
        {
          type: 'ReportAlert',
          data: {
            ...{
              fingerprint: 'f1',
              name: 'HighLatency',
              level,
              status,
              summary: 'p99 is 2.1 s.',
              source: 'prometheus',
            },
            ...{ labels: { instance: 'web-1' }, startsAt: hours(0), endsAt: null },
          },
        },
        'alertmanager',
        at,
      );
    };
    alertOf('WARN', 'firing', hours(0));
    alertOf('WARN', 'firing', hours(0.1));
    alertOf('CRITICAL', 'firing', hours(0.2));
    alertOf('WARN', 'firing', hours(0.3));
    alertOf('WARN', 'resolved', hours(0.4));
    alertOf('WARN', 'resolved', hours(0.5));
  },
  'two incidents of a release': (house) => {
    const about = { tenant: 'acme', release: 'momentum-1_4_0' };
    const opens = (incidentId: string, severity: 'WARN' | 'ERROR', at: Instant) => {
      const data = { ...about, incidentId, severity, because: `It is ${severity}.`, at };
      house.hear('governance', at, { type: 'IncidentOpened', data });
    };
    const closes = (incidentId: string, at: Instant) => {
      const data = { ...about, incidentId, because: 'Rolled back.', at };
      house.hear('governance', at, { type: 'IncidentClosed', data });
    };
    opens('i1', 'WARN', hours(0));
    opens('i2', 'ERROR', hours(1));
    closes('i2', hours(2));
    closes('i1', hours(3));
  },
};

describe('a story', () => {
  it.each(Object.entries(STORIES))('is told as it was read and found good: %s', (name, tell) => {
    const house = new MemoryHouse();
    tell(house);
    const told = `${[...storyLines(house.said), ...house.refused.map((rule) => `refused: ${rule}`)].join('\n')}\n`;
    const file = join(GOLDEN, `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.txt`);
    if (isRenewal) {
      mkdirSync(GOLDEN, { recursive: true });
      writeFileSync(file, told);
    }
    expect(existsSync(file) ? readFileSync(file, 'utf8') : null).toBe(told);
  });

  it.each(Object.entries(STORIES))('can be folded anew from what was said: %s', (_name, tell) => {
    const house = new MemoryHouse();
    tell(house);
    for (const { type, decider } of entities)
      for (const [key, state] of house.states(type)) {
        const own = house.factsOf(type, key);
        expect(own.reduce((folded, event) => decider.evolve(folded, event), decider.initialState())).toEqual(state);
      }
  });
});
