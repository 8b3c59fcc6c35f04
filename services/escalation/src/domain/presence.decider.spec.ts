import { instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { presenceDecider, type SilenceLevel } from './presence.decider.ts';

const { given } = specify(presenceDecider);

const service = 'analysis';
const lastBeatAt = instant('2026-03-02T09:30:00.000Z');
const beatAt = instant('2026-03-02T09:34:00.000Z');
const at = instant('2026-03-02T09:34:00.500Z');
const silence = (level: SilenceLevel, silentMs: number) => ({
  service,
  level,
  lastBeatAt,
  silentMs,
  because: `No beat for ${silentMs / 1_000} s.`,
  at: instant('2026-03-02T09:30:45.000Z'),
});
const reportSilence = (level: SilenceLevel, silentMs: number) =>
  ({ type: 'ReportSilence', data: silence(level, silentMs) }) as const;
const silent = (level: SilenceLevel, silentMs: number) =>
  ({ type: 'ServiceSilent', data: silence(level, silentMs) }) as const;
const reportReturn = { type: 'ReportReturn', data: { service, beatAt, at } } as const;

describe('the silence of a service', () => {
  it('is said once per level', () => {
    given().when(reportSilence('ERROR', 45_000)).then(silent('ERROR', 45_000));
    given(silent('ERROR', 45_000)).when(reportSilence('ERROR', 46_000)).thenNothing();
    given(silent('ERROR', 45_000)).when(reportSilence('CRITICAL', 180_000)).then(silent('CRITICAL', 180_000));
  });

  it('does not shrink', () => {
    given(silent('CRITICAL', 180_000)).when(reportSilence('ERROR', 45_000)).thenNothing();
  });

  it('ends with a beat, and tells how long it was by the clock of the service', () => {
    given(silent('ERROR', 45_000))
      .when(reportReturn)
      .then({ type: 'ServiceReturned', data: { service, silentMs: 240_000, at } });
  });

  it('is at least as long as it was said to be', () => {
    given({ type: 'ServiceSilent', data: { ...silence('ERROR', 45_000), lastBeatAt: null } })
      .when(reportReturn)
      .then({ type: 'ServiceReturned', data: { service, silentMs: 45_000, at } });
  });

  it('cannot end before it began', () => {
    given().when(reportReturn).thenNothing();
    given(silent('ERROR', 45_000), { type: 'ServiceReturned', data: { service, silentMs: 240_000, at } })
      .when(reportReturn)
      .thenNothing();
  });
});
