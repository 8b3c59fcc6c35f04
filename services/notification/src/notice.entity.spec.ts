import { instant } from '@tocsin/domain-kit';
import { pair } from './domain/desk/story.fixture.ts';
import { notice } from './notice.entity.ts';

const at = instant('2014-05-06T10:00:00Z');

describe('a notice', () => {
  it('that is stored with other fields is folded anew, so a field more or less is another version', () => {
    const { decider, version } = notice;
    const said = decider.decide(
      {
        type: 'RaiseNotice',
        data: {
          tenant: 'shared',
          routing: { version: 0, repeats: {} },
          saidAt: null,
          episode: {
            ...{ ...pair('EURUSD'), episodeId: 'e1', from: 'INFO', to: 'WARN', cause: 'It is late.', reopenOf: null },
            ...{ causeEventIds: [], openedAt: at, simulated: false, at },
          },
        },
      },
      decider.initialState(),
    );
    if ('refused' in said) throw new Error(said.because);
    const state = said.reduce(decider.evolve, decider.initialState());
    const fields = [...Object.keys(state), ...Object.keys(state.open ?? {}), ...Object.keys(state.open?.waiting ?? {})];
    expect({ version, fields: fields.sort().join(' ') }).toEqual({
      version: 3,
      fields:
        'about acknowledgedUntil acknowledgements dueAt episodeId holder isSuccessNew kind labels level level newest open ' +
        'openedAt others outrunBy repeatIndex repeats routingVersion saidAt scopeKind simulated spent story told waiting',
    });
  });
});
