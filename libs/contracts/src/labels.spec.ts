import fc from 'fast-check';
import { exampleOf } from '../test/stories.ts';
import { labelsOfEpisode, matcherFault, matchesAll, severityOf, tenantOf, type Matcher } from './index.ts';

const pair = {
  scope: 'pair-EURUSD-15m',
  scopeKind: 'pair',
  level: 'ERROR',
  subject: { symbol: 'EURUSD', timeframe: '15m', provider: 'kraken' },
  simulated: false,
} as const;

describe('the labels of an episode', () => {
  it('say what it is about in the words of other alerting systems', () => {
    expect(labelsOfEpisode(pair)).toEqual({
      family: 'flt',
      alertname: 'TocsinPair',
      severity: 'error',
      level: 'ERROR',
      scope: 'pair-EURUSD-15m',
      scope_kind: 'pair',
      tenant: 'shared',
      simulated: 'false',
      symbol: 'EURUSD',
      timeframe: '15m',
      provider: 'kraken',
    });
  });

  it('keep the name that somebody else gave an alert', () => {
    const alert = { ...pair, scopeKind: 'alert', subject: { alertName: 'HighLatency' }, tenant: 'acme' } as const;
    expect(labelsOfEpisode(alert)).toMatchObject({ alertname: 'HighLatency', tenant: 'acme' });
  });

  it('call every level by one of the four words of PagerDuty', () => {
    expect((['INFO', 'WARN', 'ERROR', 'CRITICAL'] as const).map(severityOf)).toEqual([
      'info',
      'warning',
      'error',
      'critical',
    ]);
  });
});

describe('matchers', () => {
  const holds = (label: string, op: Matcher['op'], value: string): boolean =>
    matchesAll([{ label, op, value }], labelsOfEpisode(pair));

  it.each([
    ['provider', '=', 'kraken', true],
    ['provider', '=', 'krake', false],
    ['provider', '!=', 'oanda', true],
    ['symbol', '=~', 'EUR.*', true],
    ['symbol', '=~', 'EUR', false],
    ['symbol', '=~', 'EURUSD|GBPUSD', true],
    ['symbol', '!~', 'GBP.*', true],
    ['service', '=', '', true],
    ['service', '=~', '.+', false],
    ['constructor', '=', '', true],
  ] as const)('say of %s %s %s that it is %s', (label, op, value, answer) => {
    expect(holds(label, op, value)).toBe(answer);
  });

  it('hold together, and none hold for everything', () => {
    const provider = { label: 'provider', op: '=', value: 'kraken' } as const;
    const other = { label: 'symbol', op: '=', value: 'GBPUSD' } as const;
    expect(matchesAll([], labelsOfEpisode(pair))).toBe(true);
    expect(matchesAll([provider, other], labelsOfEpisode(pair))).toBe(false);
  });

  it('are each the opposite of their negation', () => {
    const text = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(text, text, (value, held) => {
        const says = (op: Matcher['op'], of = value) => matchesAll([{ label: 'x', op, value: of }], { x: held });
        expect(says('=')).toBe(!says('!='));
        if (matcherFault({ label: 'x', op: '=~', value }) === null) expect(says('=~')).toBe(!says('!~'));
      }),
    );
  });

  it('name what is wrong with an expression, and take no long time over any', () => {
    expect(matcherFault({ label: 'symbol', op: '=~', value: '(' })).toMatch(/'\('.*symbol cannot be read/);
    expect(matcherFault({ label: 'symbol', op: '=', value: '(' })).toBeNull();
    const evil = { label: 'x', op: '=~', value: '(a+)+$' } as const;
    expect(matchesAll([evil], { x: `${'a'.repeat(5_000)}!` })).toBe(false);
  });
});

describe('the tenant of a fact', () => {
  it('is everybody where the fact names none', () => {
    expect(tenantOf(exampleOf('BarClosed'))).toBe('shared');
  });
});
