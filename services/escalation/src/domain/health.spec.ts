import { instant } from '@tocsin/domain-kit';
import { diagnose, UNTROUBLED, vitalsOf, withBeat, type Pulse, type ServiceRecord, type Vitals } from './health.ts';

const beatAt = instant('2026-03-02T09:30:00.000Z');
const pulse: Pulse = { heardAtMs: 100_000, beatAt, halted: null };
const well: Vitals = { status: 'well', beatAt };

describe('the vitals of a service', () => {
  it.each([
    [0, 'well', null],
    [44_999, 'well', null],
    [45_000, 'failing', 'ERROR'],
    [179_999, 'failing', 'ERROR'],
    [180_000, 'failing', 'CRITICAL'],
  ] as const)('%d ms after its last beat are %s', (silentMs, status, level) => {
    const vitals = vitalsOf(pulse, 0, 100_000 + silentMs);
    expect(vitals).toMatchObject(level === null ? { status } : { status, level, silentMs, lastBeatAt: beatAt });
  });

  it('are failing at once when a lane of it stands still, and until it has moved for ten seconds', () => {
    const halted = withBeat(null, { at: beatAt, halted: 'LOG_ANALYSIS stands still at 17' }, 100_000);
    expect(vitalsOf(halted, 0, 101_000)).toMatchObject({
      status: 'failing',
      level: 'CRITICAL',
      because: 'LOG_ANALYSIS stands still at 17',
    });
    const garbled = withBeat(null, { at: beatAt, halted: 'LOG_ANALYSIS\u0000' }, 100_000);
    expect(vitalsOf(garbled, 0, 101_000)).toMatchObject({ because: 'LOG_ANALYSIS\ufffd' });
    const moving = { at: beatAt, halted: null };
    expect(vitalsOf(withBeat(halted, moving, 109_999), 0, 110_000).status).toBe('failing');
    expect(vitalsOf(withBeat(halted, moving, 110_000), 0, 110_000).status).toBe('well');
  });

  it('are untold while the watch has not listened for long enough, whatever it had heard before', () => {
    expect(vitalsOf(null, 100_000, 144_999)).toEqual({ status: 'untold' });
    expect(vitalsOf(pulse, 200_000, 244_999)).toEqual({ status: 'untold' });
  });

  it('are failing when the watch has listened for long enough and heard nothing', () => {
    expect(vitalsOf(null, 100_000, 145_000)).toMatchObject({ status: 'failing', level: 'ERROR', lastBeatAt: null });
    expect(vitalsOf(pulse, 200_000, 245_000)).toMatchObject({ status: 'failing', silentMs: 45_000 });
  });
});

describe('the diagnosis of a service', () => {
  const parked = { because: 'analysis EURUSD-15m is parked.', eventId: 'e1', saidAt: beatAt };
  const haltedAt = (saidAt: string): ServiceRecord => ({
    ...UNTROUBLED,
    level: 'CRITICAL',
    halted: { because: 'LOG_ANALYSIS stands still.', eventId: 'e2', saidAt: instant(saidAt) },
  });
  const failing: Vitals = {
    status: 'failing',
    level: 'ERROR',
    because: 'No beat for 45 s.',
    lastBeatAt: beatAt,
    silentMs: 45_000,
  };

  it('is nothing when it beats and nothing was said against it', () => {
    expect(diagnose(well, UNTROUBLED)).toMatchObject({ level: 'INFO' });
  });

  it('waits while the beats are untold', () => {
    expect(diagnose({ status: 'untold' }, { ...UNTROUBLED, level: 'CRITICAL' })).toBeNull();
  });

  it('keeps a halt that was said until the service has beaten without one for ten seconds', () => {
    expect(diagnose(well, haltedAt('2026-03-02T09:29:50.001Z'))).toMatchObject({ level: 'CRITICAL', eventId: 'e2' });
    expect(diagnose(well, haltedAt('2026-03-02T09:29:50.000Z'))).toMatchObject({ level: 'INFO' });
  });

  it('is at WARN while work for agents is not done', () => {
    const tasks = { 'TaskUnroutable/trading_signal': { ...parked, because: 'A task waits in vain.' } };
    expect(diagnose(well, { ...UNTROUBLED, tasks })).toEqual({
      ...{ level: 'WARN', cause: 'A task waits in vain.', eventId: 'e1' },
    });
    expect(diagnose(well, { ...UNTROUBLED, level: 'WARN' })).toMatchObject({ level: 'INFO' });
    expect(diagnose(well, { ...UNTROUBLED, parked, tasks })?.cause).toBe(parked.because);
  });

  it('falls back to what outlasts a silence', () => {
    const record: ServiceRecord = { ...UNTROUBLED, level: 'CRITICAL', silent: 'CRITICAL', parked };
    expect(diagnose(well, record)).toEqual({ level: 'WARN', cause: parked.because, eventId: 'e1' });
  });

  it('does not get better while the service is silent, also when the watch itself has started again', () => {
    expect(diagnose(failing, { ...UNTROUBLED, level: 'CRITICAL', silent: 'CRITICAL' })).toMatchObject({
      level: 'CRITICAL',
    });
  });

  it('does not hold a halt of long ago against a service that falls silent', () => {
    expect(diagnose(failing, { ...haltedAt('2026-03-01T00:00:00.000Z'), level: 'INFO' })).toMatchObject({
      level: 'ERROR',
      cause: 'No beat for 45 s.',
    });
  });
});
