import { instant, plusMs } from '@tocsin/domain-kit';
import type { ClockMode } from '@tocsin/event-log';
import { RoundClock } from './round-clock.ts';

const BEGIN = instant('2026-03-02T09:30:00Z');

/** A clock beside a log that has heard everything up to `heard`; both move as the story says. */
function open(mode: ClockMode) {
  const time = { heard: BEGIN, wallMs: Date.parse(BEGIN) + 3_600_000 };
  const clock = new RoundClock({
    log: { now: () => time.heard },
    mode,
    wallMs: () => time.wallMs,
    monotonicMs: () => time.wallMs,
  });
  const pass = (ms: number, heardMs = 0) => {
    time.wallMs += ms;
    time.heard = plusMs(time.heard, heardMs);
    return clock.now();
  };
  clock.now();
  return { clock, time, pass };
}

describe('the time of rounds', () => {
  it('is that of what was heard, while it goes on', () => {
    const { pass } = open('wall');
    expect(pass(29_000)).toBe(BEGIN);
    expect(pass(1_000, 60_000)).toBe(plusMs(BEGIN, 60_000));
    expect(pass(29_999)).toBe(plusMs(BEGIN, 60_000));
  });

  it('is the wall clock where that stands, so that a halted lane keeps nobody from being told', () => {
    const { time, pass } = open('wall');
    expect(pass(30_000)).toBe(instant(time.wallMs));
    expect(pass(60_000)).toBe(instant(time.wallMs));
  });

  it('does not go back when what stood goes on', () => {
    const { time, pass } = open('wall');
    const told = pass(30_000);
    expect(pass(1_000, 60_000)).toBe(told);
    expect(pass(0, 4_000_000)).toBe(time.heard);
  });

  it('waits as long again where another instance has worked in between', () => {
    const { clock, pass } = open('wall');
    pass(30_000);
    clock.restart();
    expect(clock.now()).toBe(BEGIN);
    expect(pass(29_999)).toBe(BEGIN);
  });

  it('is that of history where history is played, however long it pauses', () => {
    const { pass } = open('accelerated');
    expect(pass(3_600_000)).toBe(BEGIN);
  });
});
