import { instant, isRefusal } from '@tocsin/domain-kit';
import type { Observation, Outcome } from '@tocsin/event-log';
import { houseBook, pair } from '../../domain/desk/story.fixture.ts';
import { noticeDecider } from '../../domain/notices/notice.decider.ts';
import { withFact, type NoticeLine } from '../../domain/notices/notice-line.ts';
import { RoundClock } from './round-clock.ts';
import { NoticeRound, type RoundLog } from './notice.round.ts';

const at = instant('2014-05-06T10:00:00Z');
const now = instant('2014-05-06T11:00:00Z');

/** A line as it is after a raise. */
function lineOf(symbol: string): NoticeLine {
  const routing = { version: 0, repeats: {} };
  const outcome = noticeDecider.decide(
    {
      type: 'RaiseNotice',
      data: {
        tenant: 'shared',
        routing,
        saidAt: at,
        episode: {
          ...pair(symbol),
          episodeId: symbol,
          from: 'INFO',
          to: 'WARN',
          cause: 'It is late.',
          causeEventIds: [],
          reopenOf: null,
          openedAt: at,
          simulated: false,
          at,
        },
      },
    },
    noticeDecider.initialState(),
  );
  const [queued] = isRefusal(outcome) ? [] : outcome;
  const line = queued && withFact(null, { ...queued, id: `fact-${symbol}`, correlationId: 'cause' });
  if (!line) throw new Error('a raise is queued');
  return line;
}

/** A log whose tables hold these lines until they are told; one of them never can be. */
function logOf(lines: readonly NoticeLine[], poison: string, refused = 'entity-parked') {
  const left = new Map(lines.map((line) => [line.episodeId, line]));
  const told: string[][] = [];
  const query = (text: string) => {
    const due = [...left.values()];
    if (text.includes('WITH RECURSIVE waiting')) {
      const group = { group: 'g', tenant: 'shared', kind: 'escalation', peak: 'WARN', firstDueAt: at, toldAt: null };
      return Promise.resolve({ rows: due.length > 0 ? [group] : [] });
    }
    return Promise.resolve({ rows: text.includes('group_name = $1') ? due.map((line) => ({ line })) : [] });
  };
  const perform = (observations: readonly Observation[]): Promise<readonly Outcome[]> =>
    Promise.resolve(
      observations.map(({ intentions }) => {
        const episodes = intentions.flatMap(({ command }) =>
          command.type === 'Tell' ? [(command.data as { readonly episodeId: string }).episodeId] : [],
        );
        if (episodes.includes(poison)) return { facts: [], refusal: { refused, because: 'It cannot be.' } };
        for (const episode of episodes) left.delete(episode);
        told.push(episodes);
        return { facts: [], refusal: null };
      }),
    );
  const log = { isHolder: () => true, sql: { query }, perform } as unknown as RoundLog;
  return { log, told, left };
}

const clock = new RoundClock({ log: { now: () => now }, mode: 'accelerated', wallMs: () => 0, monotonicMs: () => 0 });
const roundOn = (log: RoundLog) =>
  new NoticeRound({ log, clock, readBook: () => Promise.resolve(houseBook()), publicUrl: null });

describe('a round', () => {
  const symbols = Array.from({ length: 8 }, (_, index) => `P${index}`);

  it('tells all others when one of a group cannot be told', async () => {
    const { log, told, left } = logOf(symbols.map(lineOf), 'P5');
    const round = roundOn(log);
    for (let look = 0; look < 5; look += 1) await round.look();
    expect([...left.keys()]).toEqual(['P5']);
    expect(told.flat().sort()).toEqual(symbols.filter((symbol) => symbol !== 'P5'));
    expect(told[0]).toEqual(['P0', 'P1', 'P2', 'P3']);
  });

  it('looks again at the whole group when one has moved on meanwhile', async () => {
    const { log, told } = logOf(symbols.map(lineOf), 'P5', 'notice-moved-on');
    const round = roundOn(log);
    for (let look = 0; look < 5; look += 1) await round.look();
    expect(told).toEqual([]);
    for (let look = 0; look < 10; look += 1) await round.look();
    expect(told.flat()).toHaveLength(7); // Nothing moves on for ever; the others do not wait for that one.
  });

  it('does nothing where another instance works', async () => {
    const { log, told } = logOf(symbols.map(lineOf), 'none');
    await roundOn({ ...log, isHolder: () => false }).look();
    expect(told).toEqual([]);
  });
});
