import type { EpisodeClearedData } from '@tocsin/contracts';
import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import { noticeDecider } from './notice.decider.ts';
import type { NoticeCommand } from './notice.commands.ts';
import type { NoticeEvent } from './notice.memory.ts';

const at = instant('2008-10-10T14:00:00Z');
const MINUTE_MS = 60_000;
const wall = instant('2026-03-02T09:00:00Z');
const matter = { tenant: 'shared', scope: 'pair-EURUSD-15m', episodeId: 'e1' } as const;
const log = { id: 'ops-log', kind: 'log' } as const;

const raise = (episodeId = 'e1', when = at, saidAt: Instant | null = wall): NoticeCommand => ({
  type: 'RaiseNotice',
  data: {
    tenant: 'shared',
    routing: { version: 0, repeats: {} },
    saidAt,
    episode: {
      ...{ scope: matter.scope, scopeKind: 'pair', episodeId, from: 'INFO', to: 'WARN', cause: 'A bar is late.' },
      ...{ causeEventIds: [], reopenOf: null, openedAt: when, simulated: true, at: when },
    },
  },
});
const cleared = (lastedMs: number): EpisodeClearedData => ({
  ...{ scope: matter.scope, scopeKind: 'pair', episodeId: 'e1', peak: 'WARN', durationMs: lastedMs, openedAt: at },
  ...{ cause: 'Two good bars in a row.', simulated: true, at: plusMs(at, lastedMs) },
});
const clear = (lastedMs: number, wallMs: number | null): NoticeCommand => ({
  type: 'ClearNotice',
  data: { tenant: 'shared', episode: cleared(lastedMs), saidAt: wallMs === null ? null : plusMs(wall, wallMs) },
});
const seen = (when: Instant) => ({ ...matter, kind: 'escalation', level: 'WARN', repeatIndex: 0, at: when }) as const;
const tell = (when: Instant, channels: readonly (typeof log)[] = [log]): NoticeCommand => ({
  type: 'Tell',
  data: { ...seen(when), channels, group: 'g' },
});
const hold = (when: Instant): NoticeCommand => ({
  type: 'Hold',
  data: { ...seen(when), by: 'silence', holder: 's1', until: null },
});

/** What is said after each command, by name. */
function story(...commands: readonly NoticeCommand[]): readonly (readonly string[])[] {
  let notice = noticeDecider.initialState();
  return commands.map((command) => {
    const outcome = noticeDecider.decide(command, notice);
    if ('refused' in outcome) return [outcome.refused];
    notice = outcome.reduce<typeof notice>((before, event: NoticeEvent) => noticeDecider.evolve(before, event), notice);
    return outcome.map(({ type }) => type);
  });
}

describe('an episode of history that is played faster than life', () => {
  const end = clear(30 * MINUTE_MS, 40);
  const after = plusMs(at, 31 * MINUTE_MS);

  it('is told although it is over, and its end right after', () => {
    expect(story(raise(), end, tell(after), end)).toEqual([
      ['NoticeQueued'],
      ['NoticeOutrun'],
      ['NoticeTold', 'NoticeEnded', 'NoticeQueued'],
      [],
    ]);
  });

  it('is over without a word where nobody hears of it, where it is held, and where the next has begun', () => {
    expect(story(raise(), end, tell(after, []))[2]).toEqual(['NoticeKept', 'NoticeEnded']);
    expect(story(raise(), end, hold(after))[2]).toEqual(['NoticeEnded']);
    expect(story(raise(), end, raise('e2', after))[2]).toEqual(['NoticeEnded', 'NoticeQueued']);
  });

  it('is one that nobody could look at: what had its time, or was short, ends as always', () => {
    expect(story(raise(), clear(30 * MINUTE_MS, 30 * MINUTE_MS))[1]).toEqual(['NoticeEnded']);
    expect(story(raise(), clear(20_000, 40))[1]).toEqual(['NoticeEnded']);
    expect(story(raise(), hold(plusMs(at, MINUTE_MS)), end)[2]).toEqual(['NoticeEnded']);
    expect(story(raise(), tell(plusMs(at, MINUTE_MS)), end)[2]).toEqual(['NoticeEnded', 'NoticeQueued']);
  });

  it('is none on the wall clock: after an outage what is over by then is said in a burst, and nobody is told of it', () => {
    expect(story(raise('e1', at, null), clear(30 * MINUTE_MS, null))[1]).toEqual(['NoticeEnded']);
  });
});
