import type { AnyEvent, Recorded } from '@tocsin/contracts';
import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import { houseBook, HOUR_MS, inShort, MINUTE_MS, pair, POLICY } from '../desk/story.fixture.ts';
import { bootRouting } from '../round/boot-book.ts';
import type { Letter } from '../round/letters.ts';
import { Rehearsal, type Rehearsed } from './rehearsal.ts';
import { Findings } from './simulation.report.ts';

const begin = instant('2008-10-10T14:00:00Z');
const after = (ms: number): Instant => plusMs(begin, ms);
const routing = bootRouting(POLICY);
const asked: Rehearsed = { tenant: 'shared', routing, quietHours: null, from: begin, to: after(48 * HOUR_MS) };
const eurusd = pair('EURUSD');

let said = 0;
/** A fact as it is read from the lane. */
function fact(time: Instant, type: string, data: object): Recorded<AnyEvent> {
  said += 1;
  const common = { ...eurusd, episodeId: 'e1', openedAt: begin, simulated: false, causeEventIds: [], at: time };
  // Only what is played.
  const told: unknown = { type, id: `f${said}`, correlationId: 'c', time, data: { ...common, ...data } };
  return told as Recorded<AnyEvent>;
}
const raised = (time: Instant, to: string, more: object = {}) =>
  fact(time, 'EpisodeRaised', { from: 'INFO', to, cause: 'A bar failed.', reopenOf: null, ...more });
const cleared = (time: Instant) =>
  fact(time, 'EpisodeCleared', { peak: 'CRITICAL', durationMs: HOUR_MS, cause: 'Two good bars in a row.' });

async function rehearsed(question: Rehearsed, ...facts: readonly Recorded<AnyEvent>[]) {
  const letters: Letter[] = [];
  let breaths = 0;
  const rehearsal = new Rehearsal(question, houseBook(), {
    onLetter: (letter) => {
      letters.push(letter);
    },
    breathe: () => {
      breaths += 1;
      return Promise.resolve();
    },
  });
  for (const one of facts) await rehearsal.play(one);
  const breathsBefore = breaths;
  await rehearsal.end();
  return { letters, episodes: rehearsal.episodes, breathsAtTheEnd: breaths - breathsBefore };
}

const history = [raised(begin, 'CRITICAL'), cleared(after(2 * HOUR_MS + MINUTE_MS))];

describe('a rehearsal', () => {
  it('tells what the policy asked about would have sent, repeats and the end too', async () => {
    const routes = { ...routing.routes, CRITICAL: 'all' } as const;
    const grouping = { waitMs: 0, intervalMs: 0, criticalIntervalMs: 0 };
    const { letters } = await rehearsed({ ...asked, routing: { ...routing, routes, grouping } }, ...history);
    expect(inShort(letters.filter(({ channelId }) => channelId === 'log'))).toEqual([
      'escalation CRITICAL log',
      'reminder CRITICAL log #1',
      'reminder CRITICAL log #2',
      'restoration INFO log',
    ]);
  });

  it('differs where the policy does', async () => {
    const { letters } = await rehearsed({ ...asked, routing: { ...routing, repeats: {} } }, ...history);
    expect(letters.filter(({ kind }) => kind === 'reminder')).toEqual([]);
    const critical = letters.filter(({ kind }) => kind === 'escalation');
    expect(critical.map(({ channelId }) => channelId)).toEqual(['log', 'webhook', 'email']);
  });

  it('is quiet in the quiet hours that are asked about', async () => {
    const quietHours = { zone: 'UTC', windows: [{ days: ['fri'] as const, from: '00:00', to: '24:00' }] };
    const facts = [raised(begin, 'ERROR'), cleared(after(HOUR_MS))];
    expect((await rehearsed({ ...asked, quietHours }, ...facts)).letters).toEqual([]);
    expect((await rehearsed(asked, ...facts)).letters).not.toEqual([]);
  });

  it('is as silent as people were then', async () => {
    const matchers = [{ label: 'symbol', op: '=', value: 'EURUSD' }];
    const until = after(20 * HOUR_MS);
    const silence = { ...{ silenceId: 'q', tenant: 'shared', matchers, from: begin, until }, every: null, zone: 'UTC' };
    const { letters } = await rehearsed(asked, fact(begin, 'SilenceCreated', silence), raised(begin, 'CRITICAL'));
    const [first] = letters.map(({ at }) => at);
    expect(first).toBe(until);
    const ended = fact(after(HOUR_MS), 'SilenceExpired', { silenceId: 'q', tenant: 'shared', by: 'dana' });
    const facts = [fact(begin, 'SilenceCreated', silence), raised(begin, 'CRITICAL'), ended];
    expect((await rehearsed(asked, ...facts)).letters.map(({ at }) => at)[0]).toBe(after(HOUR_MS));
  });

  it('knows what stood when the stretch began, without counting it', async () => {
    const late = { ...asked, from: after(90 * MINUTE_MS) };
    const { letters, episodes } = await rehearsed(late, ...history);
    expect(inShort(letters.filter(({ channelId }) => channelId === 'log'))).toEqual([
      'reminder CRITICAL log #2',
      'restoration INFO log',
    ]);
    expect(episodes.size).toBe(0);
  });

  it('lets others have their turn at every moment, however long nothing was said', async () => {
    const { letters, breathsAtTheEnd } = await rehearsed(asked, raised(begin, 'CRITICAL'));
    expect(new Set(letters.map(({ at }) => at)).size).toBeGreaterThan(6);
    expect(breathsAtTheEnd).toBeGreaterThan(6);
  });

  it('costs what is due and not what stands', async () => {
    const pairs = 2_500;
    const facts = Array.from({ length: pairs }, (_, index) =>
      raised(after(index * 10), 'CRITICAL', { ...pair(`P${index}`), episodeId: `p${index}` }),
    );
    const before = process.cpuUsage();
    const { letters } = await rehearsed({ ...asked, to: after(HOUR_MS / 2) }, ...facts);
    expect(letters.length).toBeGreaterThan(0);
    // Where each fact sorts all that stands it takes twenty times as much.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(4_000);
  });

  it('leaves out what came later', async () => {
    const { letters } = await rehearsed({ ...asked, to: after(30 * MINUTE_MS) }, ...history);
    expect(letters.map(({ kind }) => kind)).toEqual(['escalation', 'escalation', 'escalation']);
  });
});

describe('the report of a simulation', () => {
  it('counts both sides, and the episodes of which nobody would have been told', async () => {
    const other = { episodeId: 'e2', scope: 'pair-GBPUSD-15m' };
    const routes = { ...routing.routes, WARN: ['slack'] as const };
    const { letters, episodes } = await rehearsed(
      { ...asked, routing: { ...routing, routes, repeats: {} } },
      raised(begin, 'CRITICAL'),
      raised(after(MINUTE_MS), 'WARN', other),
    );
    const [first] = letters;
    const findings = new Findings();
    for (const letter of letters) findings.addSimulated(letter);
    if (first !== undefined) findings.addSent(first);
    const report = findings.report(episodes, { simulationId: 's1', tenant: 'shared', at: begin });
    expect(report).toMatchObject({ episodes: 2, neverTold: 1, simulated: 3, sent: 1, lettersLeftOut: 0 });
    expect(report.counts).toEqual([
      { channelId: 'email', kind: 'escalation', level: 'CRITICAL', simulated: 1, sent: 0 },
      { channelId: 'log', kind: 'escalation', level: 'CRITICAL', simulated: 1, sent: 1 },
      { channelId: 'webhook', kind: 'escalation', level: 'CRITICAL', simulated: 1, sent: 0 },
    ]);
    expect(report.letters[0]).toEqual({
      at: begin,
      channelId: 'log',
      kind: 'escalation',
      level: 'CRITICAL',
      title: 'CRITICAL: EURUSD 15m',
      episodes: 1,
    });
  });
});
