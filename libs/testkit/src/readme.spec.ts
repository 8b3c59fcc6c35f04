import { readFileSync } from 'node:fs';
import { instant, refuse, type Decider, type Instant, type Message } from '@tocsin/domain-kit';
import { specify } from './index.ts';

type Hold = Message<'TakeHold' | 'LetGo', { readonly by: string; readonly at: Instant }>;
type Held = Message<'Taken' | 'Released', { readonly by: string; readonly at: Instant }>;

const holdDecider: Decider<Hold, Held, { readonly holder: string | null }, 'held-by-somebody-else'> = {
  initialState: () => ({ holder: null }),
  decide: ({ type, data }, { holder }) => {
    if (holder !== null && holder !== data.by) return refuse('held-by-somebody-else', `${holder} holds it.`);
    if (type === 'TakeHold') return holder === null ? [{ type: 'Taken', data }] : [];
    return holder === null ? [] : [{ type: 'Released', data }];
  },
  evolve: (_state, { type, data }) => ({ holder: type === 'Taken' ? data.by : null }),
};

// #region example
const { given } = specify(holdDecider);
const at = instant('2026-03-02T09:30:00.000Z');

describe('a hold', () => {
  it('is taken once, however often the same person asks', () => {
    given()
      .when({ type: 'TakeHold', data: { by: 'dana', at } })
      .then({ type: 'Taken', data: { by: 'dana', at } });
    given({ type: 'Taken', data: { by: 'dana', at } })
      .when({ type: 'TakeHold', data: { by: 'dana', at } })
      .thenNothing();
  });

  it('is not let go by somebody else', () => {
    given({ type: 'Taken', data: { by: 'dana', at } })
      .when({ type: 'LetGo', data: { by: 'kim', at } })
      .thenRefused('held-by-somebody-else');
  });
});
// #endregion example

describe('the example of the README', () => {
  it('is the one that stands there', () => {
    const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
    const [, region = ''] = /#region example\n([\s\S]*?)\/\/ #endregion/.exec(text('./readme.spec.ts')) ?? [];
    expect(text('../README.md')).toContain(region);
  });
});
