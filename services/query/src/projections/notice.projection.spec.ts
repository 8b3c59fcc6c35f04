import { foldProjection } from '@tocsin/event-log';
import { after, recorded, type Fact } from '../../test/facts.ts';
import {
  noticeAcknowledged,
  noticeEnded,
  noticeHeld,
  noticeKept,
  noticeQueued,
  noticeReawakened,
  noticeReleased,
  noticeTold,
} from '../../test/notice-facts.ts';
import { noticeTimeline } from './notice-timeline.projection.ts';
import { notice } from './notice.projection.ts';

const row = (...facts: readonly Fact[]) => foldProjection(notice, recorded(facts));

describe('what people know of an episode', () => {
  it('waits to be told, is held by something, and waits again', () => {
    expect(row(noticeQueued())).toEqual([
      expect.objectContaining({ status: 'queued', level: 'WARN', dueAt: after(30), heldBy: null, channels: [] }),
    ]);
    expect(row(noticeQueued(), noticeHeld())).toEqual([
      expect.objectContaining({ status: 'held', heldBy: 'silence', holder: 's-1', heldUntil: after(3_600) }),
    ]);
    expect(row(noticeQueued(), noticeHeld(), noticeReleased())).toEqual([
      expect.objectContaining({ status: 'queued', heldBy: null, holder: null, heldUntil: null }),
    ]);
  });

  it('is told to channels, and again until somebody takes it on', () => {
    const told = noticeTold(0, { nextAt: after(3_600) });
    expect(row(noticeQueued(), told)).toEqual([
      expect.objectContaining({ status: 'told', channels: [{ id: 'ops-log', kind: 'log' }], nextAt: after(3_600) }),
    ]);
    expect(row(noticeQueued(), told, noticeAcknowledged())).toEqual([
      expect.objectContaining({ status: 'acknowledged', nextAt: null, channels: [{ id: 'ops-log', kind: 'log' }] }),
    ]);
    expect(row(noticeQueued(), told, noticeAcknowledged(), noticeReawakened())).toEqual([
      expect.objectContaining({ status: 'queued', kind: 'reminder', dueAt: after(7_200) }),
    ]);
  });

  it('is not told at all for a reason, and over with its episode', () => {
    expect(row(noticeQueued(), noticeKept())).toEqual([
      expect.objectContaining({ status: 'kept', keptBecause: 'told-before', dueAt: null }),
    ]);
    expect(row(noticeQueued(), noticeHeld(), noticeEnded())).toEqual([
      expect.objectContaining({ status: 'ended', heldBy: null, firstAt: after(1), changedAt: after(900) }),
    ]);
    expect(row(noticeHeld())).toEqual([]);
  });

  it('leaves a line for each thing that was decided about it', () => {
    const facts = [noticeQueued(), noticeHeld(), noticeReleased(), noticeTold(), noticeAcknowledged(), noticeEnded()];
    const lines = foldProjection(noticeTimeline, recorded(facts));
    expect(lines.map(({ event, because, actor }) => [event, because, actor])).toEqual([
      ['NoticeQueued', 'escalation', null],
      ['NoticeHeld', 'silence: s-1', null],
      ['NoticeReleased', 'escalation', null],
      ['NoticeTold', 'escalation: ops-log', null],
      ['NoticeAcknowledged', null, 'dana'],
      ['NoticeEnded', null, null],
    ]);
  });
});
