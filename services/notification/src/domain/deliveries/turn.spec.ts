import type { DeliveryIntendedData, Level } from '@tocsin/contracts';
import { inTurn, type QueuedLetter } from './turn.ts';

const queued = (
  notificationId: string,
  level: Level,
  changes: Partial<QueuedLetter> & { kind?: DeliveryIntendedData['kind'] } = {},
): QueuedLetter => ({
  ...{ notificationId, level, scopes: ['a'], kind: 'escalation', isApart: false, isReady: true },
  ...changes,
});

describe('the turn of a letter', () => {
  it('comes in the order in which letters were decided, CRITICAL first', () => {
    expect(
      inTurn([
        queued('1', 'WARN'),
        queued('2', 'ERROR', { scopes: ['b'] }),
        queued('3', 'CRITICAL', { scopes: ['c'] }),
      ]),
    ).toEqual(['3', '1', '2']);
  });

  it('comes after every earlier letter about the same thing that matters as much', () => {
    expect(inTurn([queued('1', 'ERROR', { isReady: false }), queued('2', 'WARN'), queued('3', 'ERROR')])).toEqual([]);
    expect(inTurn([queued('1', 'WARN', { isReady: false }), queued('2', 'CRITICAL')])).toEqual(['2']);
  });

  it('is never before that of an earlier restoration', () => {
    const restoration = queued('1', 'INFO', { kind: 'restoration', isReady: false });
    expect(inTurn([restoration, queued('2', 'CRITICAL')])).toEqual([]);
    expect(inTurn([restoration, queued('2', 'CRITICAL', { scopes: ['b'] })])).toEqual(['2']);
  });

  it('waits for everything that it is about', () => {
    const group = queued('2', 'ERROR', { scopes: ['b', 'a'] });
    expect(inTurn([queued('1', 'ERROR', { isReady: false }), group, queued('3', 'ERROR', { scopes: ['b'] })])).toEqual(
      [],
    );
  });

  it('does not depend on what waits for a digest', () => {
    const news = queued('1', 'INFO', { kind: 'success', isApart: true, isReady: false });
    expect(inTurn([news, queued('2', 'INFO', { kind: 'restoration' })])).toEqual(['2']);
  });
});
