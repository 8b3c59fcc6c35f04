import { pairOf } from '@tocsin/domain-kit';
import { isSameDefinition, type FeedDefinition } from './feed.ts';

const definition: FeedDefinition = {
  pair: pairOf('BTCUSD', '1m'),
  ...{ symbol: 'BTCUSD', timeframe: '1m', provider: 'kraken', calendarId: '24x7', calendarVersion: '1' },
  ...{ volumeKind: 'traded', simulated: false, feedLatencyMs: 6_000, origin: 'request' },
  sources: [
    { provider: 'kraken', symbol: 'XBTUSD' },
    { provider: 'binance', symbol: 'BTCUSDT' },
  ],
};

describe('the definition of a feed', () => {
  it('is the same when its fields come back in another order, at every depth', () => {
    const { sources = [], ...rest } = definition;
    const reordered = sources.map(({ provider, symbol }) => ({ symbol, provider }));
    expect(isSameDefinition(definition, { sources: reordered, ...rest })).toBe(true);
  });

  it('is another when its sources are tried in another order, or any field differs', () => {
    expect(isSameDefinition(definition, { ...definition, sources: [...(definition.sources ?? [])].reverse() })).toBe(
      false,
    );
    expect(isSameDefinition(definition, { ...definition, origin: 'config' })).toBe(false);
  });
});
