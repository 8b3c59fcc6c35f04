import type { AnyCommand, AnyEvent, Recorded, Requested } from '@tocsin/contracts';
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

  it('may be asked for what a fact is a reason to look at, and are not written for that', async () => {
    const asked: (readonly string[])[] = [];
    const table: AnyLocalModel = {
      ...heard,
      name: 'table',
      hears: [],
      reads: { on: ['ClockAdvanced'], keysOf: ({ id }) => [id, 'always'] },
      load: (_, keys) => {
        asked.push(keys);
        return Promise.resolve(new Map(keys.map((key) => [key, `row of ${key}`])));
      },
    };
    const values = new LocalValues([table]);
    await values.load(noSql, [fact('1'), fact('2')]);
    values.fold(fact('1'));
    expect(asked).toEqual([['1', 'always', '2']]);
    expect(['1', '2', 'always'].map((key) => values.get(table, key))).toEqual([
      'row of 1',
      'row of 2',
      'row of always',
    ]);
    expect(() => values.get(table, '3')).toThrow('which the message does not touch');
    await values.save(noSql);
    expect(saved).toEqual([]);
  });

  it('are not written where a fact leaves them as they were', async () => {
    const values = new LocalValues([{ ...heard, fold: (value) => value }]);
    await values.load(noSql, [fact('1')]);
    values.fold(fact('1'));
    await values.save(noSql);
    expect(saved).toEqual([]);
  });

  it('may be asked for what a request is a reason to look at', async () => {
    const table: AnyLocalModel = {
      ...heard,
      name: 'table',
      hears: [],
      asked: { on: ['RedriveDelivery'], keysOf: ({ id }) => [id] },
      load: (_, keys) => Promise.resolve(new Map(keys.map((key) => [key, `row of ${key}`]))),
    };
    const request = (type: string, id: string) => ({ type, id }) as Requested<AnyCommand>;
    const values = new LocalValues([table]);
    await values.load(noSql, [], [request('RedriveDelivery', '1'), request('RedriveParked', '2')]);
    expect(values.get(table, '1')).toBe('row of 1');
    expect(() => values.get(table, '2')).toThrow('which the message does not touch');
  });
});
