import { letterAbout } from './letters.fixture.ts';
import { sideBySide } from './send-plan.ts';

const about = (number: number, level: 'WARN' | 'CRITICAL' = 'WARN') => ({
  letter: letterAbout(number, { level }),
  isPossibleRepeat: false,
});

describe('letters that are on their way at the same time', () => {
  it('are about different things: a critical raise and the lesser one before it go one after the other', () => {
    const [critical, lesser, other] = [about(1, 'CRITICAL'), about(1), about(2)];
    expect(sideBySide([critical, lesser, other], 4)).toEqual([critical, other]);
    const group = { ...lesser, letter: { ...letterAbout(3), members: [memberAbout(3), memberAbout(1)] } };
    expect(sideBySide([group, lesser, other], 4)).toEqual([group, other]);
  });

  it('are no more than they may be, and the first ones', () => {
    const all = [1, 2, 3].map((number) => about(number));
    expect(sideBySide(all, 2)).toEqual(all.slice(0, 2));
    expect(sideBySide(all, 4)).toEqual(all);
  });
});

const memberAbout = (number: number) => {
  const { scope, episodeId, level, repeatIndex, title: about } = letterAbout(number);
  return { scope, episodeId, level, repeatIndex, about };
};
