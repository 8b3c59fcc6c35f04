import type { DeliveryIntendedData } from '@tocsin/contracts';
import { instant, plusMs } from '@tocsin/domain-kit';
import { letterAbout } from './letters.fixture.ts';
import { irrelevanceOf, isLate, type EpisodeStanding, type Surroundings } from './relevance.ts';

const now = instant('2014-05-06T12:31:40Z');
const over: EpisodeStanding = { status: 'over' };
const open: EpisodeStanding = { status: 'open', acknowledgedUntil: null };
const acknowledged: EpisodeStanding = { status: 'open', acknowledgedUntil: plusMs(now, 1) };

const around = (standing: EpisodeStanding | null, changes: Partial<Surroundings> = {}): Surroundings => ({
  standings: new Map(standing === null ? [] : [['e1', standing]]),
  toldOf: new Set(),
  withdrawnOf: new Set(),
  isChannelFailing: false,
  isChannelGone: false,
  now,
  ...changes,
});
const letter = (kind: DeliveryIntendedData['kind']) => letterAbout(1, { kind });

describe('a letter', () => {
  it('is late when it was tried, or is older than a minute', () => {
    expect(isLate({ attempts: 0, ageMs: 60_000 })).toBe(false);
    expect(isLate({ attempts: 0, ageMs: 60_001 })).toBe(true);
    expect(isLate({ attempts: 1, ageMs: 0 })).toBe(true);
  });

  it.each([
    ['escalation', over, 'episode-over'],
    ['escalation', open, null],
    ['escalation', acknowledged, null],
    ['escalation', null, null],
    ['reminder', over, 'episode-over'],
    ['reminder', acknowledged, 'acknowledged'],
    ['reminder', open, null],
    ['acknowledgement', over, 'episode-over'],
    ['acknowledgement', acknowledged, null],
    ['signal', over, null],
    ['digest', over, 'episode-over'],
    ['digest', open, null],
    ['test', over, null],
  ] as const)('that is a late %s about %j is withdrawn because %s', (kind, standing, because) => {
    expect(irrelevanceOf(letter(kind), true, around(standing))).toBe(because);
    expect(irrelevanceOf(letter(kind), false, around(standing))).toBeNull();
  });

  it('is a reminder again from the moment on at which the acknowledgement runs out', () => {
    const expired: EpisodeStanding = { status: 'open', acknowledgedUntil: now };
    expect(irrelevanceOf(letter('reminder'), true, around(expired))).toBeNull();
  });

  it('of an end goes with the beginning that was withdrawn, but not where anything may have been told', () => {
    const withdrawnOf = new Set(['e1']);
    expect(irrelevanceOf(letter('restoration'), false, around(over, { withdrawnOf }))).toBe('never-told');
    expect(irrelevanceOf(letter('restoration'), false, around(over, { withdrawnOf, toldOf: withdrawnOf }))).toBeNull();
    expect(irrelevanceOf(letter('restoration'), true, around(over))).toBeNull();
  });

  it('that is a digest with an end in it goes, for somebody may wait for that', () => {
    const digest = letterAbout(1, { kind: 'digest', level: 'WARN' });
    const members = (['WARN', 'INFO'] as const).map((level) => ({
      ...{ scope: digest.scope, episodeId: 'e1', level, repeatIndex: 0, about: 'PAIR1 15m' },
    }));
    expect(irrelevanceOf({ ...digest, members }, true, around(over))).toBeNull();
  });

  it('about several things is worth sending while one of them stands', () => {
    const [first, second] = [letterAbout(1), letterAbout(2)];
    const members = [first, second].map(({ scope, episodeId, level }) => ({
      ...{ scope, episodeId, level, repeatIndex: 0, about: scope },
    }));
    const standings = new Map<string, EpisodeStanding>([
      ['e1', over],
      ['e2', open],
    ]);
    expect(irrelevanceOf({ ...first, members }, true, around(null, { standings }))).toBeNull();
    standings.set('e2', over);
    expect(irrelevanceOf({ ...first, members }, true, around(null, { standings }))).toBe('episode-over');
  });

  it('that comes too late for a channel which somebody removed is not given up, which would be trouble', () => {
    const gone = around(open, { isChannelGone: true });
    for (const kind of ['escalation', 'restoration', 'test', 'signal'] as const)
      expect(irrelevanceOf(letter(kind), true, gone)).toBe('channel-gone');
    expect(irrelevanceOf(letter('escalation'), false, gone)).toBeNull();
  });

  it('that says of deliveries that they fail does not go where they fail', () => {
    const about = letterAbout(1, { scope: 'service-notification', level: 'CRITICAL' });
    expect(irrelevanceOf(about, false, around(open, { isChannelFailing: true }))).toBe('about-this-channel');
    expect(irrelevanceOf(about, false, around(open))).toBeNull();
    expect(irrelevanceOf(letterAbout(1), false, around(open, { isChannelFailing: true }))).toBeNull();
    expect(irrelevanceOf({ ...about, kind: 'test' }, false, around(open, { isChannelFailing: true }))).toBeNull();
  });
});
