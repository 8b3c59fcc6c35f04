import { foldProjection } from '@tocsin/event-log';
import {
  after,
  barAt,
  deliveryDeadLettered,
  deliveryFailed,
  deliveryGathered,
  deliveryIntended,
  deliveryRedriven,
  deliverySucceeded,
  deliveryUnknown,
  deliveryWithdrawn,
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

  it('knows everything that a message is about, and at least what it is about itself', () => {
    const { scope, episodeId } = deliveryIntended(0).event.data;
    const itself = { scope, episode_id: episodeId, level: 'WARN', repeat_index: 0, about: 'WARN: EURUSD 15m' };
    expect(ledgerAfter()).toEqual([
      expect.objectContaining({ tenant: 'shared', members: [itself], why: [], link: null }),
    ]);
    const members = [{ scope: 'pair-A-1h', episodeId: 'e', level: 'WARN', repeatIndex: 1, about: 'A 1h' }] as const;
    expect(foldProjection(delivery, recorded([deliveryIntended(0, { members, tenant: 'acme' })]))).toEqual([
      expect.objectContaining({
        tenant: 'acme',
        members: [{ scope: 'pair-A-1h', episode_id: 'e', level: 'WARN', repeat_index: 1, about: 'A 1h' }],
      }),
    ]);
  });

  it('tells what another message tells too, and what nobody needs to know any more', () => {
    expect(ledgerAfter(deliveryGathered(0))).toEqual([
      expect.objectContaining({ status: 'gathered', gatheredInto: 'digest:ops-log:1', endedAt: barAt(0).closeAt }),
    ]);
    expect(ledgerAfter(deliveryFailed(0), deliveryWithdrawn(0))).toEqual([
      expect.objectContaining({ status: 'withdrawn', withdrawnBecause: 'episode-over', possibleRepeat: true }),
    ]);
  });

  it('tries again what a person wants tried again', () => {
    expect(ledgerAfter(deliveryFailed(0), deliveryDeadLettered(0), deliveryRedriven(0))).toEqual([
      expect.objectContaining({ status: 'retrying', redrivenBy: 'dana', endedAt: null, attempts: 42 }),
    ]);
  });

  it('keeps quiet about the outcome of an intent that it never saw', () => {
    expect(foldProjection(delivery, recorded([deliverySucceeded(0), deliveryFailed(1)]))).toEqual([]);
  });
});
