import { instant } from '@tocsin/domain-kit';
import { digestOf, membersOf } from './digest.ts';
import { letterAbout } from './letters.fixture.ts';

const at = instant('2014-05-06T12:31:40Z');
const made = { notificationId: 'dig:1:ops-slack:0', because: 'crowded' as const, at };

describe('a digest', () => {
  it('says how many of what there are, names them, and says why they come together', () => {
    const digest = digestOf(
      [
        letterAbout(1, { level: 'WARN' }),
        letterAbout(2, { level: 'ERROR' }),
        letterAbout(3, { level: 'INFO', kind: 'restoration' }),
        letterAbout(4, { level: 'WARN' }),
      ],
      made,
    );
    expect(digest).toMatchObject({
      kind: 'digest',
      level: 'ERROR',
      scope: 'pair-PAIR2-15m',
      episodeId: 'e2',
      title: '4 notices: 1 ERROR, 2 WARN, 1 restored',
      text:
        'ERROR: PAIR2 15m. WARN: PAIR1 15m, PAIR4 15m. restored: PAIR3 15m. ' +
        'They are told together because there were more than this channel takes at a time.',
      facts: { ERROR: '1', WARN: '2', restored: '1' },
    });
    expect(membersOf(digest).map(({ episodeId }) => episodeId)).toEqual(['e2', 'e1', 'e3', 'e4']);
  });

  it('names every member of every letter once, and stays within what a message may hold', () => {
    const [own] = membersOf(letterAbout(1));
    const group = letterAbout(1, {
      members: Array.from({ length: 499 }, (_, index) => ({
        ...(own ?? { level: 'WARN', repeatIndex: 0 }),
        scope: `pair-PAIR${index}-15m`,
        episodeId: `e${index}`,
        about: 'P'.repeat(200),
      })),
    });
    const digest = digestOf([group, letterAbout(1_000)], made);
    expect(digest.members).toHaveLength(500);
    expect(digest.title).toBe('500 notices: 500 WARN');
    expect(digest.text.length).toBeLessThanOrEqual(2_000);
  });

  it('is simulated where all of it is', () => {
    const [real, simulated] = [letterAbout(1), letterAbout(2, { simulated: true })];
    expect(digestOf([simulated, simulated], made).title).toMatch(/ \(simulated\)$/);
    expect(digestOf([real, simulated], made).simulated).toBe(false);
  });
});
