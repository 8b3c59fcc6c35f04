import { foldProjection } from '@tocsin/event-log';
import {
  after,
  barAt,
  deliveryDeadLettered,
  deliveryFailed,
  deliveryIntended,
  deliverySucceeded,
  deliveryUnknown,
  notificationIdOf,
  recorded,
  type Fact,
} from '../../test/facts.ts';
import { delivery } from './delivery.projection.ts';

const ledgerAfter = (...facts: readonly Fact[]) => foldProjection(delivery, recorded([deliveryIntended(0), ...facts]));

describe('the delivery ledger', () => {
  it('begins with the intent', () => {
    expect(ledgerAfter()).toEqual([
      expect.objectContaining({
        ...{ notificationId: notificationIdOf(0), status: 'intended', attempts: 0, endedAt: null },
        facts: { pair: 'EURUSD-15m', provider: 'recorded' },
      }),
    ]);
  });

  it('tells a delivery that took several attempts', () => {
    expect(ledgerAfter(deliveryFailed(0))).toEqual([
      expect.objectContaining({ status: 'retrying', attempts: 1, errorCode: 'UNREACHABLE', retryAt: after(60) }),
    ]);
    expect(ledgerAfter(deliveryFailed(0), deliverySucceeded(0, { attempts: 2, receipt: '202' }))).toEqual([
      expect.objectContaining({
        ...{ status: 'delivered', attempts: 2, receipt: '202', retryAt: null, errorCode: 'UNREACHABLE' },
        endedAt: barAt(0).closeAt,
      }),
    ]);
  });

  it('tells what nobody can tell any more, and what was given up', () => {
    expect(ledgerAfter(deliveryUnknown(0))).toEqual([expect.objectContaining({ status: 'unknown' })]);
    expect(ledgerAfter(deliveryFailed(0), deliveryDeadLettered(0))).toEqual([
      expect.objectContaining({ status: 'dead-lettered', attempts: 42, errorMessage: 'answered 503', retryAt: null }),
    ]);
  });

  it('keeps quiet about the outcome of an intent that it never saw', () => {
    expect(foldProjection(delivery, recorded([deliverySucceeded(0), deliveryFailed(1)]))).toEqual([]);
  });
});
