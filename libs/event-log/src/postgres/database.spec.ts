import { runInNewContext } from 'node:vm';
import { isDeterministic, isTransient } from './database.ts';

const coded = (code: string, message = 'it failed') => Object.assign(new Error(message), { code });

describe('an error of the database', () => {
  it.each([
    ['08006', 'a lost connection'],
    ['57P01', 'an administrator who ends it'],
    ['25P03', 'a transaction that idled too long'],
    ['40001', 'a conflict'],
    ['53300', 'too many connections'],
    ['EPIPE', 'a socket that was closed'],
    ['ECONNRESET', 'a socket that was cut'],
  ])('%s is %s, and passes', (code) => {
    expect([isTransient(coded(code)), isDeterministic(coded(code))]).toEqual([true, false]);
  });

  it.each([
    ['22P05', 'a character that cannot be stored'],
    ['23505', 'a double'],
    ['42703', 'a column that is not there'],
    ['54000', 'a limit'],
  ])('%s is %s, and comes again', (code) => {
    expect([isTransient(coded(code)), isDeterministic(coded(code))]).toEqual([false, true]);
  });

  it('passes without a code when it says that the other side is gone', () => {
    expect(isTransient(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isTransient(new TypeError('data.pair is undefined'))).toBe(false);
  });

  it('is known although it comes from another realm, as those of sockets do in a test', () => {
    const foreign: unknown = runInNewContext(`Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })`);
    expect(foreign instanceof Error).toBe(false);
    expect(isTransient(foreign)).toBe(true);
  });
});
