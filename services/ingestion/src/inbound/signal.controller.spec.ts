import type { ReceiveExternalSignal, Requested } from '@tocsin/contracts';
import { decimal, instant, type Instant } from '@tocsin/domain-kit';
import { MemoryLog } from '../../test/memory-log.ts';
import { SignalController } from './signal.controller.ts';

const receivedAt = instant('2026-11-24T10:00:00.400Z');

describe('an alert from outside', () => {
  const request = (words: string): Requested<ReceiveExternalSignal> => ({
    id: 'request-1',
    actor: 'user:desk',
    correlationId: 'request-1',
    expiresAt: null,
    sequence: 1,
    key: 'desk',
    tenant: 'shared',
    type: 'ReceiveExternalSignal',
    data: {
      source: 'desk',
      symbol: 'BTCUSD',
      timeframe: '1h',
      signal: 'BUY',
      price: decimal('91240'),
      words,
      sentAt: null,
      receivedAt,
    },
  });

  it('is told as it was taken, once for one that is sent again', async () => {
    const log = new MemoryLog();
    const controller = new SignalController();
    const hear = (id: number, words: string, time: Instant) =>
      log.perform([
        { causeId: `request-${id}`, time, intentions: [controller.onReceiveExternalSignal(request(words))] },
      ]);
    await hear(1, 'buy', receivedAt);
    await hear(2, 'buy', receivedAt);
    await hear(3, 'sell', receivedAt);
    expect(log.kept.map(({ event }) => event)).toMatchObject([
      { type: 'ExternalSignalReceived', data: { source: 'desk', words: 'buy', isUntrusted: true, at: receivedAt } },
      { type: 'ExternalSignalReceived', data: { words: 'sell' } },
    ]);
  });
});
