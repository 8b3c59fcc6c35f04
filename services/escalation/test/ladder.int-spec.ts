import type { AnyEvent, EpisodeRaised, Recorded } from '@tocsin/contracts';
import { EventLog } from '@tocsin/event-log';
import { House } from '@tocsin/testkit';
import { setTimeout as pause } from 'node:timers/promises';
import { episodeDecider } from '../src/domain/episode.decider.ts';
import type { EpisodeEvent } from '../src/domain/episode.events.ts';
import { EscalationModule } from '../src/escalation.module.ts';
import { PresenceWatch, type WatchedLog } from '../src/inbound/presence.watch.ts';
import { schema } from '../src/schema.ts';
import { agentGranted, agentLost, agentRegistered, agentReturned, taskLeased, taskUnroutable } from './agent-facts.ts';
import { deadLettered, deliverySucceeded } from './delivery-facts.ts';
import {
  attemptFailed,
  barClosed,
  barMissed,
  breakerClosed,
  breakerOpened,
  eventParked,
  eventRedriven,
  feedAdded,
  feedPaused,
  feedResumed,
  laneHalted,
  outageClosed,
  outageOpened,
  runCompleted,
  seenAt,
} from './facts.ts';

const LIMIT_MS = 20_000;

/** Real NATS, real PostgreSQL; the four services that escalation hears are played by the test. */
describe('from failures to episodes', () => {
  let house: House;

  beforeAll(async () => {
    house = await House.open({
      plan: { service: 'escalation', module: (config) => EscalationModule.for(config) },
      config: { EXPECTED_SERVICES: 'ingestion,analysis,notification,query' },
      schema,
      hears: ['ingestion', 'analysis', 'risk', 'governance', 'notification', 'query'],
    });
    await house.say('ingestion', seenAt(0), feedAdded());
  });

  afterAll(() => house.close());

  const ingestionSays = (bar: number, ...facts: readonly AnyEvent[]) => house.say('ingestion', seenAt(bar), ...facts);
  const analysisSays = (bar: number, ...facts: readonly AnyEvent[]) => house.say('analysis', seenAt(bar), ...facts);

  /** The steps of a scope's ladder that were said after `from`. */
  const stepsOf = async (scope: string): Promise<readonly string[]> =>
    (await house.facts()).flatMap(({ type, data }) => {
      if (type === 'EpisodeRaised' && data.scope === scope) return [data.to];
      return type === 'EpisodeCleared' && data.scope === scope ? ['cleared'] : [];
    });

  /** Waits for what a watch says in its own time. */
  const said = async (what: () => Promise<boolean>): Promise<void> => {
    const giveUpAt = performance.now() + LIMIT_MS;
    while (!(await what())) {
      if (performance.now() > giveUpAt)
        throw new Error(`not said in time; said was: ${(await house.said()).join(', ')}`);
      await pause(100);
    }
  };

  it('raises a service whose lane stands still', async () => {
    await house.say('notification', seenAt(0), laneHalted());
    await house.quiet();
    expect(await stepsOf('service-notification')).toEqual(['CRITICAL']);
  });

  it('climbs with a pair that fails, and clears when it works again', async () => {
    for (const bar of [1, 2]) await ingestionSays(bar, attemptFailed(bar, false), attemptFailed(bar));
    await ingestionSays(3, barMissed(3, 'GREEN'), attemptFailed(3));
    for (const bar of [4, 5]) {
      await ingestionSays(bar, barClosed(bar));
      await analysisSays(bar, runCompleted(bar));
    }
    await house.quiet();

    expect(await stepsOf('pair-EURUSD-15m')).toEqual(['WARN', 'ERROR', 'CRITICAL', 'cleared']);
    const raised = (await house.facts()).filter(
      (fact): fact is Recorded<EpisodeRaised> => fact.type === 'EpisodeRaised' && fact.data.scopeKind === 'pair',
    );
    expect(new Set(raised.map(({ data }) => data.episodeId)).size).toBe(1);
    expect(raised.at(-1)?.data).toMatchObject({
      simulated: true,
      subject: { symbol: 'EURUSD', provider: 'simulated' },
    });
  });

  it('waits with a failed bar for the run of an older one, whichever lane is ahead', async () => {
    await ingestionSays(6, attemptFailed(6));
    await ingestionSays(7, barClosed(7));
    await ingestionSays(8, attemptFailed(8));
    await house.quiet();
    expect((await stepsOf('pair-EURUSD-15m')).slice(4)).toEqual(['WARN']);
    await analysisSays(7, runCompleted(7));
    await analysisSays(9, runCompleted(9));
    await ingestionSays(9, barClosed(9));
    await house.quiet();
    expect((await stepsOf('pair-EURUSD-15m')).slice(4)).toEqual(['WARN']);
  });

  it('counts a bar that has waited long enough, and takes the late one in its place', async () => {
    await ingestionSays(10, barClosed(10));
    await ingestionSays(11, attemptFailed(11));
    await ingestionSays(13, attemptFailed(13));
    await said(async () => (await stepsOf('pair-EURUSD-15m')).slice(4).length === 2);
    expect((await stepsOf('pair-EURUSD-15m')).slice(4)).toEqual(['WARN', 'ERROR']);
    const { rows } = await house.database().query('SELECT pair FROM pair_line WHERE patience_ends_at IS NOT NULL');
    expect(rows).toEqual([]);
  });

  it('T-9 holds although analysis lags by forty bars', async () => {
    const before = (await stepsOf('pair-EURUSD-15m')).length;
    const bars = Array.from({ length: 40 }, (_, index) => index + 20);
    const failing = new Set(bars.filter((bar) => bar % 2 === 0 && bar > 24));
    await ingestionSays(60, ...bars.map((bar) => (failing.has(bar) ? attemptFailed(bar) : barClosed(bar))));
    await house.quiet();
    await analysisSays(60, ...bars.filter((bar) => !failing.has(bar)).map((bar) => runCompleted(bar)));
    await house.quiet();
    expect((await stepsOf('pair-EURUSD-15m')).slice(before)).toEqual(['cleared', 'WARN']);
  });

  it('goes on warning of a parked key after a silence is over', async () => {
    await house.say('analysis', seenAt(13), eventParked());
    await house.quiet();

    const log = house.get(EventLog);
    const deaf: WatchedLog = {
      listenToBeats: () => undefined,
      isHolder: () => true,
      now: () => log.now(),
      sql: log.sql,
      perform: (observations) => log.perform(observations),
    };
    let nowMs = 0;
    const watch = new PresenceWatch(deaf, new Set(['analysis']), {
      monotonicMs: () => nowMs,
      wallMs: () => Date.now(),
    });
    watch.start();
    for (; nowMs <= 45_000; nowMs += 9_000) await watch.look();
    // The service's own watch hears the beats that this one has not.
    await said(async () => (await stepsOf('service-analysis')).length === 4);
    expect(await stepsOf('service-analysis')).toEqual(['WARN', 'ERROR', 'cleared', 'WARN']);
    const names = (await house.said()).filter((name) => name.startsWith('Service'));
    expect(names).toEqual(['ServiceSilent', 'ServiceReturned']);
  });

  it('clears a service once the last key that was parked in it is redriven', async () => {
    await house.say('analysis', seenAt(14), eventRedriven(1));
    await house.quiet();
    expect((await stepsOf('service-analysis')).at(-1)).toBe('WARN');
    await house.say('analysis', seenAt(14), eventRedriven(0));
    await said(async () => (await stepsOf('service-analysis')).length === 5);
    expect((await stepsOf('service-analysis')).at(-1)).toBe('cleared');
  });

  it('clears a service that has beaten for a while and nothing in it stands still', async () => {
    await said(async () => (await stepsOf('service-notification')).length === 2);
    expect(await stepsOf('service-notification')).toEqual(['CRITICAL', 'cleared']);
  });

  it('raises a provider whose pairs are stale together, with how many, the higher the longer, until they are not', async () => {
    // The pair's own episode is still at WARN, and is the least that its provider is told of.
    await house.say('ingestion', seenAt(70), outageOpened(seenAt(70)));
    await house.say('ingestion', seenAt(71), barMissed(71, 'RED'));
    await house.quiet();
    await house.say('ingestion', seenAt(71), outageClosed());
    await house.quiet();
    expect(await stepsOf('provider-simulated')).toEqual(['WARN', 'ERROR', 'cleared']);
    const raised = (await house.facts()).find(
      ({ type, key }) => type === 'EpisodeRaised' && key === 'provider-simulated',
    );
    expect(raised?.data).toMatchObject({
      cause: expect.stringContaining('Of its 4 pairs whose market is open, 3 are not GREEN.') as string,
      simulated: true,
    });
  });

  it('holds a pair at ERROR while its breaker is open, and lets go of it when nobody watches it', async () => {
    const before = (await stepsOf('pair-EURUSD-15m')).length;
    const newSteps = async () => (await stepsOf('pair-EURUSD-15m')).slice(before);
    const good = async (bar: number) => {
      await ingestionSays(bar, barClosed(bar));
      await analysisSays(bar, runCompleted(bar));
      await house.quiet();
    };
    for (const bar of [80, 81]) await good(bar);
    const quietBefore = (await newSteps()).length;
    await ingestionSays(82, breakerOpened('simulated', seenAt(82)));
    for (const bar of [82, 83]) await good(bar);
    expect((await newSteps()).slice(quietBefore)).toEqual(['ERROR']);
    // Half an hour after it opened its time is up, by the clock alone.
    for (const bar of [84, 85]) await good(bar);
    expect((await newSteps()).slice(quietBefore)).toEqual(['ERROR', 'CRITICAL']);
    await ingestionSays(85, breakerClosed('simulated', seenAt(85)));
    await good(86);
    const soFar = ['ERROR', 'CRITICAL', 'cleared'];
    expect((await newSteps()).slice(quietBefore)).toEqual(soFar);
    await ingestionSays(87, attemptFailed(87), feedPaused(), attemptFailed(88));
    await house.quiet();
    expect((await newSteps()).slice(quietBefore)).toEqual([...soFar, 'WARN', 'cleared']);
    await house.stop();
    await house.start();
    await ingestionSays(89, feedResumed(), attemptFailed(89));
    await house.quiet();
    expect((await newSteps()).slice(quietBefore + 5)).toEqual(['WARN']);
  });

  it('raises an agent that is lost, higher when it is missed, and clears what was wrong once it is back', async () => {
    const serviceSteps = (await stepsOf('service-analysis')).length;
    const newSteps = async () => (await stepsOf('service-analysis')).slice(serviceSteps);
    await analysisSays(72, agentGranted(), agentRegistered(), agentLost());
    await house.quiet();
    expect(await stepsOf('agent-agent-7')).toEqual(['WARN']);
    await analysisSays(73, taskUnroutable());
    await house.quiet();
    expect(await stepsOf('agent-agent-7')).toEqual(['WARN', 'ERROR']);
    expect(await newSteps()).toEqual(['WARN']);
    await analysisSays(74, agentReturned(), taskLeased());
    await house.quiet();
    expect(await stepsOf('agent-agent-7')).toEqual(['WARN', 'ERROR', 'cleared']);
    await said(async () => (await newSteps()).length === 2);
    expect(await newSteps()).toEqual(['WARN', 'cleared']);
  });

  it('warns of notification while messages are given up on a channel, but not of what was given up about that', async () => {
    const before = (await stepsOf('service-notification')).length;
    const newSteps = async () => (await stepsOf('service-notification')).slice(before);
    const lost = [deadLettered(), deadLettered({ channelId: 'ops-email', scope: 'service-notification' })];
    await house.say('notification', seenAt(90), ...lost);
    await house.quiet();
    expect(await newSteps()).toEqual(['WARN']);
    await house.say('notification', seenAt(90), deliverySucceeded());
    await said(async () => (await newSteps()).length === 2);
    expect(await newSteps()).toEqual(['WARN', 'cleared']);
  });

  it('raises a portfolio and a release of a tenant, who alone is told of them', async () => {
    const at = seenAt(91);
    const portfolio = { tenant: 'acme', portfolio: 'growth', alertType: 'drawdown_limit' };
    const alert = { ...portfolio, alertId: 'a1', threshold: 0.2, actual: 0.21, occurredAt: at, at };
    await house.say('risk', at, { type: 'AlertRaised', data: alert });
    const incident = { tenant: 'acme', incidentId: 'i1', release: 'momentum-1', because: 'It loses.', at };
    await house.say('governance', at, { type: 'IncidentOpened', data: { ...incident, severity: 'ERROR' } });
    await house.quiet();
    await house.say('risk', at, { type: 'AlertRearmed', data: { ...portfolio, occurredAt: at, at } });
    await house.say('governance', at, { type: 'IncidentClosed', data: incident });
    await house.quiet();
    for (const [scope, level] of [
      ['portfolio-acme=growth-drawdown_limit', 'CRITICAL'],
      ['release-acme=momentum-1', 'ERROR'],
    ] as const) {
      const own = (await house.facts()).filter(({ data }) => 'scope' in data && data.scope === scope);
      expect(own.map(({ type, tenant }) => [type, tenant])).toEqual([
        ['EpisodeRaised', 'acme'],
        ['EpisodeCleared', 'acme'],
      ]);
      expect(own[0]?.data).toMatchObject({ to: level });
    }
  });

  it('keeps in its rows what refolding its lane gives', async () => {
    await house.quiet();
    const { rows } = await house
      .database()
      .query<{ key: string; state: unknown }>(`SELECT key, state FROM entity WHERE type = 'episode' ORDER BY key`);
    expect(rows.map(({ key }) => key)).toEqual([
      ...['agent-agent-7', 'pair-EURUSD-15m', 'portfolio-acme=growth-drawdown_limit', 'provider-simulated'],
      ...['release-acme=momentum-1', 'service-analysis', 'service-notification'],
    ]);
    const facts = await house.facts();
    for (const { key, state } of rows) {
      const own = facts.filter(
        (fact): fact is Recorded<EpisodeEvent> => 'scope' in fact.data && fact.data.scope === key,
      );
      expect(own.reduce(episodeDecider.evolve, episodeDecider.initialState())).toEqual(state);
    }
  });

  it('says nothing twice after it was stopped and started again', async () => {
    const before = await house.said();
    await house.stop();
    await house.start();
    await house.quiet();
    expect(await house.said()).toEqual(before);
  });
});
