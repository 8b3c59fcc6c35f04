import type { FeedAdded, Recorded } from '@tocsin/contracts';
import type { Local, LocalModel } from '@tocsin/event-log';
import {
  feedAdded,
  outageClosed,
  outageOpened,
  providerRestored,
  providerTripped,
  recorded,
} from '../../test/facts.ts';
import { UNTROUBLED_PROVIDER, type ProviderRecord } from '../domain/provider-health.ts';
import { providerRecords, type ProviderFact } from './provider-record.model.ts';
import { ProviderController } from './provider.controller.ts';
import { episodeIdOf } from './scope.ts';

const controller = new ProviderController();
const scope = 'provider-simulated';

/** The health that is observed after each fact that is told of the provider. */
function observed(...facts: readonly (ProviderFact | FeedAdded)[]) {
  let record: ProviderRecord = UNTROUBLED_PROVIDER;
  const local: Local = {
    get: <Value>(model: LocalModel<Value>, key: string) =>
      Object.is(model, providerRecords) && key === 'simulated' ? (record as Value) : undefined,
  };
  return facts.flatMap((fact, index) => {
    const heard: Recorded<ProviderFact | FeedAdded> = recorded(fact, { id: `${fact.type}-${index}` });
    record = providerRecords.fold(record, heard);
    if (heard.type === 'FeedAdded') return [];
    return controller.onProviderFact(heard, local);
  });
}

const levels = (...facts: readonly ProviderFact[]): unknown =>
  observed(...facts).map(({ command: { data } }) => (data as { readonly level: string }).level);

describe('a provider', () => {
  it('is at ERROR while its pairs are stale together, and its episode says how many', () => {
    expect(observed(feedAdded(), outageOpened())).toMatchObject([
      {
        key: scope,
        command: {
          type: 'ObserveHealth',
          data: {
            ...{ scope, scopeKind: 'provider', simulated: true, subject: { provider: 'simulated' }, level: 'ERROR' },
            cause: 'Of its 4 pairs whose market is open, 3 are not GREEN.',
            causeEventIds: ['OutageOpened-1'],
            episodeId: episodeIdOf(scope, 'OutageOpened-1'),
          },
        },
      },
    ]);
    expect(levels(outageOpened(), outageClosed())).toEqual(['ERROR', 'INFO']);
  });

  it('is at WARN while it is not called', () => {
    expect(levels(providerTripped(), providerRestored())).toEqual(['WARN', 'INFO']);
    expect(observed(providerTripped())).toMatchObject([
      { command: { data: { cause: 'It is not called for a while: of 10 calls, 9 failed.', simulated: false } } },
    ]);
  });

  it('is well when neither is so any more, whichever ends first', () => {
    expect(levels(providerTripped(), outageOpened(), providerRestored(), outageClosed())).toEqual([
      ...['WARN', 'ERROR', 'ERROR', 'INFO'],
    ]);
    expect(levels(providerTripped(), outageOpened(), outageClosed(), providerRestored())).toEqual([
      ...['WARN', 'ERROR', 'WARN', 'INFO'],
    ]);
  });
});
