import { instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { providerDecider, type ObserveCalls, type ObservePairs, type ProviderEvent } from './provider.decider.ts';

const { given } = specify(providerDecider);
const at = instant('2026-11-24T10:00:00.000Z');
const later = instant('2026-11-24T10:05:00.000Z');

const pairs = (stalePairs: number, openPairs: number, moment = at): ObservePairs => ({
  type: 'ObservePairs',
  data: { provider: 'kraken', openPairs, stalePairs, at: moment },
});
const opened: ProviderEvent = { type: 'OutageOpened', data: { provider: 'kraken', openPairs: 5, stalePairs: 3, at } };
const calls = (data: Omit<ObserveCalls['data'], 'provider' | 'at'> & Pick<ObserveCalls['data'], 'breaker'>) =>
  ({ type: 'ObserveCalls', data: { provider: 'kraken', at, ...data } }) as ObserveCalls;

describe('a provider', () => {
  it('R-9: has an outage from half of its pairs on, and three', () => {
    given().when(pairs(3, 5)).then(opened);
    given()
      .when(pairs(3, 6))
      .then({ ...opened, data: { ...opened.data, openPairs: 6 } });
    given().when(pairs(3, 7)).thenNothing();
    given().when(pairs(2, 2)).thenNothing();
  });

  it('R-9: says once that an outage began, and once that it is over', () => {
    given(opened).when(pairs(5, 5)).thenNothing();
    given(opened)
      .when(pairs(2, 5, later))
      .then({
        type: 'OutageClosed',
        data: { provider: 'kraken', openPairs: 5, stalePairs: 2, openedAt: at, at: later },
      });
    given().when(pairs(0, 5)).thenNothing();
  });

  it('ends its outage when its markets close', () => {
    given(opened)
      .when(pairs(0, 0, later))
      .then({
        type: 'OutageClosed',
        data: { provider: 'kraken', openPairs: 0, stalePairs: 0, openedAt: at, at: later },
      });
  });

  it('tells each move of the breaker of its calls once', () => {
    const tripped: ProviderEvent = {
      type: 'ProviderTripped',
      data: { provider: 'kraken', answered: 1, failed: 6, probesAt: later, at },
    };
    const open = calls({ breaker: 'open', answered: 1, failed: 6, probesAt: later } as never);
    given().when(open).then(tripped);
    given(tripped).when(open).thenNothing();
    given(tripped)
      .when(calls({ breaker: 'half-open' }))
      .then({ type: 'ProviderProbed', data: { provider: 'kraken', at } });
    given(tripped)
      .when(calls({ breaker: 'closed' }))
      .then({ type: 'ProviderRestored', data: { provider: 'kraken', at } });
    given()
      .when(calls({ breaker: 'closed' }))
      .thenNothing();
  });
});
