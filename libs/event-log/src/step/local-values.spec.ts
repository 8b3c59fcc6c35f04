import type { AnyEvent, Recorded } from '@tocsin/contracts';
import type { Sql } from '../postgres/sql.ts';
import type { AnyLocalModel } from './local-model.ts';
import { LocalValues } from './local-values.ts';

const noSql: Sql = { query: () => Promise.reject(new Error('nothing is asked here')) };
const saved: (readonly [string, unknown])[] = [];
const heard: AnyLocalModel = {
  name: 'heard',
  hears: ['ClockAdvanced'],
  keyOf: () => 'virtual',
  load: () => Promise.resolve(new Map()),
  fold: (value, event) => [...((value as readonly string[] | undefined) ?? []), event.id],
  save: (_, changed) => {
    saved.push(...changed);
    return Promise.resolve();
  },
};
const fact = (id: string) => ({ type: 'ClockAdvanced', id }) as Recorded<AnyEvent>;

describe('the values of local models', () => {
  beforeEach(() => {
    saved.length = 0;
  });

  it('forget a fact that nobody could translate, as if it had never been heard', async () => {
    const values = new LocalValues([heard]);
    await values.load(noSql, [fact('1')]);
    values.fold(fact('1'))();
    expect(values.get(heard, 'virtual')).toBeUndefined();
    await values.save(noSql);
    expect(saved).toEqual([]);
  });

  it('keep what was remembered before', async () => {
    const values = new LocalValues([heard]);
    await values.load(noSql, [fact('1')]);
    values.fold(fact('1'));
    values.fold(fact('2'))();
    values.fold(fact('3'));
    await values.save(noSql);
    expect(saved).toEqual([['virtual', ['1', '3']]]);
  });
});
