import { foldProjection } from '@tocsin/event-log';
import {
  barAt,
  dawn,
  outageClosed,
  outageOpened,
  providerMetered,
  providerProbed,
  providerRestored,
  providerTripped,
  recorded,
  type Fact,
} from '../../test/facts.ts';
import { providerUsage } from './provider-usage.projection.ts';
import { provider } from './provider.projection.ts';

const after = (...facts: readonly Fact[]) => foldProjection(provider, recorded(facts))[0];

describe('a provider', () => {
  it('has a breaker for all calls to it', () => {
    expect(after(providerTripped(0))).toMatchObject({ name: 'recorded', breaker: 'open' });
    expect(after(providerTripped(0))?.probesAt).not.toBeNull();
    expect(after(providerTripped(0), providerProbed(0))).toMatchObject({ breaker: 'half-open', probesAt: null });
    expect(after(providerTripped(0), providerRestored(0))).toMatchObject({ breaker: 'closed', probesAt: null });
  });

  it('is out from the moment that its pairs are stale together until they are not', () => {
    expect(after(outageOpened(1))).toMatchObject({ outageSince: barAt(1).closeAt, breaker: 'closed' });
    expect(after(outageOpened(1), outageClosed(1))).toMatchObject({ outageSince: null });
  });

  it('says what is left of it each time it is metered', () => {
    expect(after(providerMetered(0), providerMetered(1, { quotaLeft: null, keySince: null }))).toMatchObject({
      ...{ keySince: null, quotaLeft: null, meteredAt: barAt(1).closeAt },
    });
    expect(after(providerMetered(0))).toMatchObject({ keySince: dawn, quotaLeft: 788 });
  });

  it('has one row of usage per metering, at its own moment', () => {
    expect(foldProjection(providerUsage, recorded([providerMetered(0), providerMetered(1, { errors: 0 })]))).toEqual([
      expect.objectContaining({ provider: 'recorded', requests: 12, errors: 3, meteredAt: barAt(0).closeAt }),
      expect.objectContaining({ errors: 0, meteredAt: barAt(1).closeAt }),
    ]);
  });
});
