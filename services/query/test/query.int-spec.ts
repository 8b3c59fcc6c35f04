import 'reflect-metadata';
import { projectionRows } from '@tocsin/event-log';
import type { House } from '@tocsin/testkit';
import { DataSource } from 'typeorm';
import { ProvidersAndFeeds1700000001002 } from '../src/migrations/2-providers-and-feeds.ts';
import { AgentsAndTasks1700000001003 } from '../src/migrations/3-agents-and-tasks.ts';
import { ScoresAndEvidence1700000001004 } from '../src/migrations/4-scores-and-evidence.ts';
import { agent } from '../src/projections/agent.projection.ts';
import { analysis } from '../src/projections/analysis.projection.ts';
import { bar } from '../src/projections/bar.projection.ts';
import { episode } from '../src/projections/episode.projection.ts';
import { pairStatus } from '../src/projections/pair-status.projection.ts';
import { provider } from '../src/projections/provider.projection.ts';
import { signalBoard } from '../src/projections/signal-board.projection.ts';
import { signalScore } from '../src/projections/signal-score.projection.ts';
import { task } from '../src/projections/task.projection.ts';
import { agentRegistered, agentSignalEmitted, taskCompleted, taskLeased, taskQueued } from './agent-facts.ts';
import {
  barAt,
  barClosed,
  barRevised,
  deliveryIntended,
  episodeRaised,
  feed,
  feedAdded,
  feedPaused,
  freshnessChanged,
  providerMetered,
  providerTripped,
  runCompleted,
  signalEmitted,
  type Fact,
} from './facts.ts';
import { signalScored } from './signal-facts.ts';
import { openQueryHouse } from './query-house.ts';

type Listed = { readonly items: readonly object[] };

/** Real NATS, real PostgreSQL; the four services whose lanes query folds are played by the test. */
describe('from the lanes to answers', () => {
  let house: House;
  beforeEach(async () => {
    house = await openQueryHouse();
  });
  afterEach(() => house.close());

  const say = async (...facts: readonly Fact[]): Promise<void> => {
    for (const { service, time, event } of facts) await house.say(service, time, event);
  };
  const ask = async <Body>(path: string): Promise<Body> => (await (await fetch(`${house.url}${path}`)).json()) as Body;

  /** Waits for what a halted lane keeps `quiet` from ever seeing. */

  it('answers what was said, at the time that was said, and goes on after a restart', async () => {
    await say(feedAdded(), barClosed(0), runCompleted(0), episodeRaised(0), deliveryIntended(0));
    await house.quiet();
    expect(await ask('/api/ingestion/status')).toMatchObject({ as_of: barAt(0).closeAt, pairs: [{ ingested_ok: 1 }] });
    await house.stop();
    await say(barClosed(1));
    await house.start();
    await house.quiet();
    for (const [path, count] of [
      ['/api/bars?symbol=EURUSD&tf=15m', 2],
      ['/api/analysis/history?pair=EURUSD', 1],
      ['/api/escalations', 1],
      ['/api/notifications', 1],
    ] as const)
      expect((await ask<Listed>(path)).items).toHaveLength(count);
    // An answer names where it was read, and another one waits for that; what is new is never called unchanged.
    const before = await fetch(`${house.url}/api/escalations`);
    expect(before.headers.get('log-position')).toBe('LOG_ESCALATION:1');
    await say(episodeRaised(1));
    const after = await fetch(`${house.url}/api/escalations?atLeast=LOG_ESCALATION:2`, {
      headers: { 'if-none-match': before.headers.get('etag') ?? '' },
    });
    expect([after.status, after.headers.get('log-position')]).toEqual([200, 'LOG_ESCALATION:2']);
    expect(((await after.json()) as Listed).items).toHaveLength(2);
    const numbered = await house
      .database()
      .query<{ total: number; last: number }>(
        'SELECT sum(count)::int AS total, max(number + count - 1) AS last FROM log_index',
      );
    expect(numbered.rows).toEqual([{ total: 7, last: 7 }]);
  });

  it('shows breakers and the oldest bars among its metrics', async () => {
    const paused = feed('SPX', '1d');
    await say(
      ...[feedAdded(), freshnessChanged(0, { ratio: 2.5 }), providerTripped(0)],
      ...[feedAdded(0, paused), freshnessChanged(0, { ...paused, ratio: 9 }), feedPaused(0, { pair: paused.pair })],
    );
    await house.quiet();
    const metrics = await (await fetch(`${house.url}/metrics`)).text();
    expect(metrics).toMatch(/^tocsin_circuit_breaker_state\{.*provider="recorded".*\} 2$/m);
    expect(metrics).toMatch(/^tocsin_last_bar_age_ratio\{.*timeframe="15m".*\} 2\.5$/m);
    expect(metrics).not.toMatch(/timeframe="1d"/);
  });

  it('halts before a fact that it cannot fold, says so, and keeps what came before', async () => {
    // The schema bounds no count, and the column does.
    await say(deliveryIntended(0), deliveryIntended(1, { repeatIndex: 2 ** 31 }), deliveryIntended(2));
    await house.until('the read models halt', async () => (await house.said()).includes('ProjectionHalted'));
    const [fact] = await house.facts();
    expect(fact?.data).toMatchObject({ projection: 'delivery', lane: 'LOG_NOTIFICATION', position: 2 });
    expect((await ask<Listed>('/api/notifications')).items).toHaveLength(1);
    const ready = await fetch(`${house.url}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('position 2')]);
    await say(feedAdded());
    await house.until(
      'the pair is there',
      async () => (await ask<{ pairs: object[] }>('/api/ingestion/status')).pairs.length === 1,
    );
  });

  it('holds the rows that the lane folds to', async () => {
    await say(
      feedAdded(),
      ...Array.from({ length: 20 }, (_, number) => barClosed(number)),
      ...Array.from({ length: 10 }, (_, number) => barRevised(number)),
    );
    await house.quiet();
    const rows = await projectionRows(house.database(), bar);
    expect(rows.map(({ revision }) => revision)).toEqual([...Array<number>(10).fill(1), ...Array<number>(10).fill(0)]);
  });

  it('folds ingestion’s lane anew from its beginning when its tables are made anew', async () => {
    await say(feedAdded(), barClosed(0), episodeRaised(0), providerMetered(0));
    await house.quiet();
    const rowsOf = async () => ({
      bars: await projectionRows(house.database(), bar),
      pairs: await projectionRows(house.database(), pairStatus),
      providers: await projectionRows(house.database(), provider),
      episodes: await projectionRows(house.database(), episode),
    });
    const before = await rowsOf();
    await house.stop();
    const source = await new DataSource({
      type: 'postgres',
      url: house.wiring('migration').databaseUrl,
      extra: { options: '-c search_path=query' },
    }).initialize();
    const runner = source.createQueryRunner();
    const migration = new ProvidersAndFeeds1700000001002();
    await migration.down(runner);
    await migration.up(runner);
    await runner.release();
    await source.destroy();
    expect(await rowsOf()).toEqual({ bars: [], pairs: [], providers: [], episodes: before.episodes });
    expect(before).toMatchObject({ bars: [{}], pairs: [{}], providers: [{}], episodes: [{}] });
    await house.start();
    await house.quiet();
    expect(await rowsOf()).toEqual(before);
    await say(barClosed(1));
    await house.quiet();
    expect((await ask<Listed>('/api/bars?symbol=EURUSD&tf=15m')).items).toHaveLength(2);
  });

  it('folds analysis’s lane anew from its beginning when its tables are made anew', async () => {
    await say(feedAdded(), barClosed(0), runCompleted(0), signalEmitted(0), agentRegistered(), taskQueued(0));
    await say(taskLeased(0), taskCompleted(0), agentSignalEmitted(0), signalScored(0));
    await house.quiet();
    const rowsOf = async () => ({
      analyses: await projectionRows(house.database(), analysis),
      board: await projectionRows(house.database(), signalBoard),
      agents: await projectionRows(house.database(), agent),
      tasks: await projectionRows(house.database(), task),
      scores: await projectionRows(house.database(), signalScore),
      bars: await projectionRows(house.database(), bar),
    });
    const before = await rowsOf();
    expect(before).toMatchObject({ analyses: [{}], board: [{}], agents: [{}], tasks: [{}], scores: [{}], bars: [{}] });
    await house.stop();
    const source = await new DataSource({
      type: 'postgres',
      url: house.wiring('migration').databaseUrl,
      extra: { options: '-c search_path=query' },
    }).initialize();
    const runner = source.createQueryRunner();
    const [agents, scores] = [new AgentsAndTasks1700000001003(), new ScoresAndEvidence1700000001004()];
    await scores.down(runner);
    await agents.down(runner);
    await agents.up(runner);
    await scores.up(runner);
    await runner.release();
    await source.destroy();
    const nothing = { analyses: [], board: [], agents: [], tasks: [], scores: [] };
    expect(await rowsOf()).toEqual({ ...nothing, bars: before.bars });
    await house.start();
    await house.quiet();
    expect(await rowsOf()).toEqual(before);
  });
});
