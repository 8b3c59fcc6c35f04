import 'reflect-metadata';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Api, logged } from './api.ts';
import {
  agentGranted,
  agentRegistered,
  agentSignalEmitted,
  taskCompleted,
  taskLeased,
  taskQueued,
} from './agent-facts.ts';
import { channelChanged } from './channel-facts.ts';
import {
  attemptFailed,
  barAt,
  barClosed,
  deliveryDeadLettered,
  deliveryIntended,
  deliverySucceeded,
  episodeCleared,
  episodeRaised,
  feed,
  feedAdded,
  freshnessChanged,
  notificationIdOf,
  RECORDED_AFTER_MS,
  runCompleted,
  runFailed,
  runIdOf,
  runSkipped,
  runStarted,
  signalEmitted,
  verdictCounted,
  type Fact,
} from './facts.ts';
import { Ground } from './ground.ts';
import { noticeHeld, noticeQueued } from './notice-facts.ts';
import { policyChanged, silenceCreated, simulationCompleted, simulationRequested } from './people-facts.ts';
import { signalScored } from './signal-facts.ts';

const DIGEST = 'ab'.repeat(32);

/** What a run tells where a model, a phase and a regime had their say. */
const WITH_MODEL = {
  ml: {
    confidence: 60,
    modelVersion: 'linear-3',
    modelDigest: DIGEST,
    explanationSpace: 'margin',
    base: 0.9,
    margin: 0.4,
  },
  mlMissing: false,
  modelVersion: 'linear-3',
  topFeatures: [
    { feature: 'rsi14', contribution: -0.7 },
    { feature: 'other', contribution: 0.2 },
    { feature: 'base', contribution: 0.9 },
  ],
  phaseEvidence: { phase: 'accumulation', inARow: 3, confidence: 0.71, volumeTrend: 'declining' },
  regimeEvidence: { turbulentProbability: 0.093, inARow: 3, modelVersion: 'hmm-1', modelDigest: DIGEST },
  ...{ hiddenHandWarning: false, phaseSignalConflict: false },
} as const;

const analysed = (number: number): readonly Fact[] => [
  runStarted(number),
  runCompleted(number, number === 6 ? WITH_MODEL : {}),
  signalEmitted(number),
];

/** Ten bars of one pair: analysed but for the last two, an episode that came and went, and a message about it. */
const STORY: readonly Fact[] = [
  feedAdded(),
  feedAdded(0, { ...feed('BRK.B', '1d'), provider: 'simulated', simulated: true }),
  ...Array.from({ length: 10 }, (_, number) => barClosed(number)),
  attemptFailed(9),
  freshnessChanged(9, { colour: 'AMBER' }),
  ...Array.from({ length: 8 }, (_, number) => analysed(number)).flat(),
  ...[runStarted(8), runFailed(8), runSkipped(9)],
  ...[
    verdictCounted(8),
    episodeRaised(0),
    episodeRaised(0, { from: 'WARN', to: 'CRITICAL' }),
    episodeCleared(0, { peak: 'CRITICAL' }),
  ],
  ...[
    episodeRaised(1),
    deliveryIntended(0),
    deliverySucceeded(0),
    channelChanged(0, { tenant: 'shared' }),
    silenceCreated(),
  ],
  ...[simulationRequested(), simulationCompleted()],
  ...[policyChanged(), noticeQueued(0), noticeHeld(0), deliveryIntended(1), deliveryDeadLettered(1)],
  episodeRaised(2, { scope: 'agent-agent-7', scopeKind: 'agent', subject: { agent: 'agent-7' } }, barAt(0).closeAt),
  ...[agentGranted(), agentRegistered(), taskQueued(0), taskLeased(0), taskCompleted(0)],
  ...[
    signalScored(0),
    signalScored(1, { outcome: 'stop', isHit: false, returnBps: -15, returnR: -1, brierScore: 0.36 }),
  ],
  ...[signalEmitted(3, { signal: 'HOLD', phase: 'markup' })],
  signalScored(3, { signal: 'HOLD', outcome: 'held', returnBps: 4, returnR: null, brierScore: 0.04 }),
  signalScored(4, { returnR: null, returnBps: 0, outcome: 'neither', isHit: false, brierScore: 0.36 }),
  // The agent's clock stands at dawn, so the rules' signals are newer.
  ...[agentSignalEmitted(0), taskQueued(1), taskLeased(1), taskQueued(2, { ...feed('BRK.B', '1d') })],
];

type Page<Item> = { readonly items: readonly Item[]; readonly next_cursor: string | null };
type OpenApi = {
  readonly paths: Record<
    string,
    { get?: { responses: Record<string, { content: Record<string, { schema: object }> }> } }
  >;
};

describe('the API', () => {
  let ground: Ground;
  let api: Api;
  beforeAll(async () => {
    ground = await Ground.open();
    await ground.hear(...STORY);
    api = await Api.open(ground.url);
  });
  afterAll(async () => {
    await api.close();
    await ground.close();
  });

  it('tells how feeds and analyses are doing', async () => {
    const status = await api.read<{ providers: unknown[]; pairs: unknown[] } & Record<string, unknown>>(
      '/api/ingestion/status',
    );
    expect(status).toMatchObject({
      ...{ as_of: barAt(9).closeAt, uptime_s: expect.any(Number) as unknown, latency_ms: RECORDED_AFTER_MS },
      providers: [
        { name: 'recorded', key_age_days: null, breaker: null, quota_left: null, requests_5m: 2, errors_5m: 1 },
        { name: 'simulated', requests_5m: 0, errors_5m: 0 },
      ],
    });
    expect(status.pairs).toEqual([
      expect.objectContaining({
        symbol: 'BRK.B',
        timeframe: '1d',
        last_bar_ts: null,
        lag_s: null,
        freshness: null,
        stale: true,
      }),
      {
        ...{
          symbol: 'EURUSD',
          timeframe: '15m',
          last_bar_ts: barAt(9).openAt,
          lag_s: 0,
          freshness: 'AMBER',
          ratio: 1.6,
        },
        ...{
          evaluated_at: barAt(9).closeAt,
          market_state: 'OPEN',
          schedulable: false,
          ingested_ok: 10,
          ingested_fail: 0,
        },
        ...{ analyses_ok_5m: 0, analyses_fail_5m: 0, median_latency_ms: null, escalation_level: 'WARN' },
        ...{ breaker_open: false, stale: false, provider: 'recorded', simulated: false, fallback_active: false },
      },
    ]);
  });

  it('answers the newest analysis with how fresh the pair is now', async () => {
    const latest = await api.read<object>('/api/analysis/latest?pair=EURUSD&tf=15m');
    expect(latest).toMatchObject({
      ...{ as_of: barAt(9).closeAt, id: runIdOf(8), bar_ts: barAt(8).openAt, status: 'FAILED' },
      ...{ error_code: 'INSUFFICIENT_HISTORY', composite_score: null, freshness: { colour: 'AMBER', ratio: 1.6 } },
    });
  });

  it('answers what a model, a phase and a regime had to say, in one scale that adds up', async () => {
    const run = await api.read<{ top_features: { contribution: number }[]; explanation: { margin: number } }>(
      `/api/analysis/${encodeURIComponent(runIdOf(6))}`,
    );
    expect(run).toMatchObject({
      ...{ ml_confidence: 60, ml_missing: false, explanation_space: 'margin' },
      explanation: { space: 'margin', base: 0.9, margin: 0.4, model_digest: DIGEST },
      phase_evidence: { phase: 'accumulation', in_a_row: 3, confidence: 0.71, volume_trend: 'declining' },
      regime_evidence: { turbulent_probability: 0.093, in_a_row: 3, model_version: 'hmm-1', model_digest: DIGEST },
      ...{ hidden_hand_warning: false, phase_signal_conflict: false },
      provenance: { model_version: 'linear-3' },
    });
    const sum = run.top_features.reduce((total, { contribution }) => total + contribution, 0);
    expect(sum).toBeCloseTo(run.explanation.margin, 12);
  });

  it('answers one run with everything that explains it, and its log', async () => {
    const run = await api.read<object>(`/api/analysis/${encodeURIComponent(runIdOf(7))}`);
    expect(run).toEqual({
      ...{ as_of: barAt(9).closeAt, id: runIdOf(7), symbol: 'EURUSD', timeframe: '15m', bar_ts: barAt(7).openAt },
      ...{ status: 'COMPLETE', final_decision: 'BUY', bias: 'long', signal: 'BUY', rule_confidence_score: 75 },
      rule_parts: [{ part: 'pattern', points: 30, max: 30, rules: [{ rule: 'breakout', points: 30, max: 30 }] }],
      ...{
        ml_confidence: null,
        ml_missing: true,
        ml_weight: 0.3,
        composite_score: 75,
        confidence: 0.6,
        confidence_raw: 0.75,
      },
      adjustments: [{ code: 'hidden_hand', factor: 0.8, reason: 'Buying into a distribution.', rule_version: 'hh-1' }],
      ...{ top_features: [], explanation_space: null, explanation: null, phase: 'unknown', regime: 'unknown' },
      ...{ phase_evidence: null, regime_evidence: null, hidden_hand_warning: null, phase_signal_conflict: null },
      ...{ close: '1.39285', stop_loss: '1.39105', take_profit: '1.39645', red_flags: [] },
      ...{ error_code: null, error_message: null, skip_reason: null },
      ...{
        started_at: barAt(7).closeAt,
        finished_at: barAt(7).closeAt,
        latency_ms: RECORDED_AFTER_MS,
        degraded: false,
      },
      freshness: { colour: 'GREEN', ratio: 0, schedulable: true, evaluated_at: barAt(7).closeAt, market_state: 'OPEN' },
      provenance: {
        ...{ provider: 'recorded', simulated: false, rules_version: 'rules-1', model_version: null },
        log_position: 'LOG_ANALYSIS:24',
      },
      log: [22, 23, 24].map((position, index) => ({
        ...{
          event: ['RunStarted', 'RunCompleted', 'SignalEmitted'][index],
          event_id: `analysis-${position}`,
          position,
        },
        ...{ at: barAt(7).closeAt, recorded_at: barAt(7).closeAt.replace('.000Z', '.040Z') },
      })),
    });
  });

  it('filters history by status and timeframe', async () => {
    const ids = async (filter: string) =>
      (await api.read<Page<{ id: string }>>(`/api/analysis/history?pair=EURUSD${filter}`)).items.map(({ id }) => id);
    expect(await ids('')).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map(runIdOf));
    expect(await ids('&tf=15m&status=FAILED')).toEqual([runIdOf(8)]);
    expect(await ids('&status=SKIPPED')).toEqual([runIdOf(9)]);
  });

  it('answers bars of a stretch of time, newest first, prices as they were said', async () => {
    const asked = `/api/bars?symbol=EURUSD&tf=15m&from=${barAt(2).openAt}&to=${barAt(4).openAt}`;
    const { items, ...rest } = await api.read<Page<object> & object>(asked);
    expect(rest).toMatchObject({
      symbol: 'EURUSD',
      timeframe: '15m',
      freshness: { colour: 'AMBER' },
      next_cursor: null,
    });
    expect(items).toEqual([
      expect.objectContaining({ open_ts: barAt(3).openAt }),
      {
        ...{ open_ts: barAt(2).openAt, close_ts: barAt(2).closeAt, open: '1.39280', high: '1.39300', low: '1.39270' },
        ...{ close: '1.39285', volume: 1_234.5, volume_kind: 'tick', provider: 'recorded', simulated: false },
        ...{ revision: 0, backfill: false },
      },
    ]);
  });

  it('answers what went wrong, and how one scope stands', async () => {
    const all = await api.read<Page<object>>('/api/escalations?scope_kind=pair');
    expect(all.items).toEqual([
      expect.objectContaining({ episode_id: 'episode-1', status: 'open', level: 'WARN' }),
      expect.objectContaining({ episode_id: 'episode-0', status: 'cleared', level: 'INFO', peak: 'CRITICAL' }),
    ]);
    const standing = await api.read<Page<object>>('/api/escalations?status=standing&scope_kind=pair');
    expect(standing.items).toEqual([expect.objectContaining({ episode_id: 'episode-1' })]);
    const cleared = await api.read<Page<object>>('/api/escalations?status=cleared&scope_kind=pair');
    expect(cleared.items).toHaveLength(1);
    expect(await api.read('/api/escalations/pair-EURUSD-15m')).toMatchObject({
      ...{ scope: 'pair-EURUSD-15m', episode: { episode_id: 'episode-1', acknowledged: null } },
      timeline: [
        { event: 'EpisodeRaised', level: 'WARN', log_position: 'LOG_ESCALATION:5' },
        { event: 'DeliveryDeadLettered', actor: 'ops-log', because: 'answered 503' },
      ],
      timeline_left_out: 0,
      tally: { verdict: 'failed', consecutive_failures: 1 },
    });
  });

  it('answers which symbols are in trouble, all timeframes together, the worst first', async () => {
    const more = await Ground.open();
    const raised = (n: number, symbol: string, timeframe: '15m' | '1h', to: 'WARN' | 'ERROR') => {
      const of = feed(symbol, timeframe);
      return episodeRaised(n, { scope: `pair-${of.pair}`, to, subject: { ...of, provider: 'recorded' } });
    };
    await more.hear(
      ...[raised(0, 'EURUSD', '15m', 'WARN'), raised(1, 'EURUSD', '1h', 'ERROR'), raised(2, 'BRK.B', '1h', 'WARN')],
      ...[raised(3, 'GBPUSD', '1h', 'ERROR'), episodeCleared(3, { scope: 'pair-GBPUSD-1h' })],
    );
    const pairs = await Api.open(more.url);
    try {
      const { items } = await pairs.read<{ items: object[] }>('/api/escalations/pairs');
      expect(items).toMatchObject([
        {
          ...{ symbol: 'EURUSD', level: 'ERROR', rank: 3, episodes: 2, acknowledged: false },
          pairs: [
            { timeframe: '1h', level: 'ERROR' },
            { timeframe: '15m', level: 'WARN' },
          ],
        },
        { symbol: 'BRK.B', level: 'WARN', episodes: 1 },
      ]);
    } finally {
      await pairs.close();
      await more.close();
    }
  });

  it('answers the delivery ledger', async () => {
    const { items } = await api.read<Page<object>>(
      '/api/notifications?episode=episode-0&channel=ops-log&status=delivered',
    );
    expect(items).toEqual([expect.objectContaining({ notification_id: notificationIdOf(0), attempts: 1 })]);
    expect((await api.read<Page<object>>('/api/notifications?status=unknown')).items).toEqual([]);
  });

  it('answers the newest signal of every pair', async () => {
    const { items } = await api.read<{ items: object[] }>('/api/signals/board');
    expect(items).toEqual([
      expect.objectContaining({
        ...{ symbol: 'EURUSD', signal: 'BUY', emitted: 10, stale: 2, bar_ts: barAt(7).openAt, said_by: 'rules' },
        ...{ confidence_percent: '60%', risk_level: null, degraded: false, phase: 'unknown', task_id: null },
        ...{ analysis_id: runIdOf(7), provider: 'recorded', simulated: false },
      }),
    ]);
  });

  it('answers whether signals were any good, with how many say so', async () => {
    const { items } = await api.read<Page<object>>('/api/signals/scorecard');
    const common = { pair: 'EURUSD-15m', rules_version: 'rules-1', model_version: null, simulated: false };
    expect(items).toEqual([
      expect.objectContaining({
        ...{ ...common, phase: 'unknown', pending: 4, scoring_version: 'outcome-1', scored_at: barAt(24).closeAt },
        trades: {
          ...{ n: 3, target_first: 1, stop_first: 1, neither: 1, hit_rate: 1 / 3, mean_return_bps: 5 },
          ...{ mean_r: 0.5, n_r: 2, brier_score: expect.closeTo(0.88 / 3, 12) as unknown },
        },
        holds: { n: 0, held: 0, hit_rate: null, brier_score: null },
      }),
      expect.objectContaining({
        ...{ ...common, phase: 'markup', pending: 0 },
        trades: {
          ...{ n: 0, target_first: 0, stop_first: 0, neither: 0, hit_rate: null, mean_return_bps: null },
          ...{ mean_r: null, n_r: 0, brier_score: null },
        },
        holds: { n: 1, held: 1, hit_rate: 1, brier_score: 0.04 },
      }),
    ]);
    const first = await api.read<Page<object>>('/api/signals/scorecard?limit=1&pair=EURUSD-15m');
    expect(first.items).toEqual(items.slice(0, 1));
    const second = await api.read<Page<object>>(`/api/signals/scorecard?cursor=${String(first.next_cursor)}`);
    expect(second).toMatchObject({ items: items.slice(1), next_cursor: null });
    expect((await api.read<Page<object>>('/api/signals/scorecard?pair=BRK.B-1d')).items).toEqual([]);
    expect((await api.get('/api/signals/scorecard?pair=x')).statusCode).toBe(400);
  });

  it('answers episodes of agents with the agent that they are about', async () => {
    const { items } = await api.read<Page<object>>('/api/escalations?scope_kind=agent');
    expect(items).toEqual([
      expect.objectContaining({
        ...{ scope: 'agent-agent-7', scope_kind: 'agent', level: 'WARN' },
        subject: expect.objectContaining({ pair: null, service: null, agent: 'agent-7' }) as unknown,
      }),
    ]);
  });

  it('answers who does the tasks', async () => {
    const { items } = await api.read<Page<object>>('/api/agents');
    expect(items).toEqual([
      expect.objectContaining({
        ...{ agent_id: 'agent-7', liveness: 'busy', can_do: ['trading_signal'], tasks_completed: 1 },
        leases: [expect.objectContaining({ task_id: 'task-1', fencing_token: 2 })],
        last_seen: expect.objectContaining({ event: 'TaskCompleted' }) as unknown,
      }),
    ]);
    expect((await api.read<Page<object>>('/api/agents?liveness=lost')).items).toEqual([]);
  });

  it('answers tasks by how they stand, by kind and by pair, the newest first', async () => {
    const ids = async (filter: string) =>
      (await api.read<Page<{ task_id: string }>>(`/api/tasks${filter}`)).items.map(({ task_id }) => task_id);
    expect(await ids('')).toEqual(['task-2', 'task-1', 'task-0']);
    expect(await ids('?status=completed')).toEqual(['task-0']);
    expect(await ids('?status=queued&type=trading_signal')).toEqual(['task-2']);
    expect(await ids('?type=trading_analysis')).toEqual([]);
    expect(await ids('?pair=BRK.B-1d')).toEqual(['task-2']);
    expect(await ids('?pair=BRK=2EB-1d')).toEqual(['task-2']);
    const first = await api.read<Page<object>>('/api/tasks?limit=2');
    expect(await ids(`?limit=2&cursor=${String(first.next_cursor)}`)).toEqual(['task-0']);
    for (const wrong of ['?pair=EURUSD', '?status=lost', '?type=x'])
      expect((await api.get(`/api/tasks${wrong}`)).statusCode).toBe(400);
    expect((await api.get('/api/tasks?pair=EURUSD')).json()).toMatchObject({ errors: [{ pointer: '/query/pair' }] });
  });

  it('answers a task with its leases and what it came to', async () => {
    expect(await api.read<object>('/api/tasks/task-0')).toMatchObject({
      ...{ status: 'completed', unroutable: false, agent_id: 'agent-7', fencing_token: 1 },
      tries: [{ attempt: 1, outcome: 'completed' }],
      result: { signal: 'BUY', confidence: 0.34, confidence_raw: 0.85, completed_by: 'agent-7' },
    });
    const nobody = await api.get('/api/tasks/task-9');
    expect([nobody.statusCode, nobody.json<{ code: string }>().code]).toEqual([404, 'unknown-task']);
  });

  it('answers as its own documentation says', async () => {
    const { paths } = await api.read<OpenApi>('/openapi.json');
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const answers = {
      '/api/ingestion/status': '/api/ingestion/status',
      '/api/bars': '/api/bars?symbol=EURUSD&tf=15m',
      '/api/feeds': '/api/feeds',
      '/api/feeds/{pair}': '/api/feeds/EURUSD-15m',
      '/api/analysis/latest': '/api/analysis/latest?pair=EURUSD&tf=15m',
      '/api/analysis/history': '/api/analysis/history?pair=EURUSD',
      '/api/analysis/{id}': `/api/analysis/${encodeURIComponent(runIdOf(8))}`,
      '/api/signals/board': '/api/signals/board',
      '/api/signals/scorecard': '/api/signals/scorecard',
      '/api/agents': '/api/agents',
      '/api/tasks': '/api/tasks',
      '/api/tasks/{id}': '/api/tasks/task-0',
      '/api/escalations': '/api/escalations',
      '/api/escalations/{scope}': '/api/escalations/pair-EURUSD-15m',
      '/api/notifications': '/api/notifications',
      '/api/channels': '/api/channels',
      '/api/channels/{id}': '/api/channels/desk',
      '/api/v2/alerts': '/api/v2/alerts',
      '/api/v2/alerts/groups': '/api/v2/alerts/groups',
      '/api/v2/silences': '/api/v2/silences',
      '/api/v2/silence/{id}': `/api/v2/silence/${silenceCreated().event.data.silenceId}`,
      '/api/silences': '/api/silences',
      '/api/silences/{id}': `/api/silences/${silenceCreated().event.data.silenceId}`,
      '/api/escalations/pairs': '/api/escalations/pairs',
      '/api/notices': '/api/notices',
      '/api/simulations/{id}': '/api/simulations/sim-1',
      '/api/dead-letters': '/api/dead-letters',
      '/api/policies/{kind}': '/api/policies/quiet-hours',
      '/api/policies/{kind}/versions': '/api/policies/quiet-hours/versions',
      '/api/v2/receivers': '/api/v2/receivers',
      '/api/v2/status': '/api/v2/status',
      '/api/requests/{id}': '/api/requests/asked',
    };
    await ground.database.query(
      `INSERT INTO request (id, service, command, subject, body, digest, asked_at, expires_at)
       VALUES ('asked', 'escalation', 'AcknowledgeEpisode', 's', 'b', 'd', now(), now() + interval '1 hour')`,
    );
    const read = Object.keys(paths).filter((path) => paths[path]?.get !== undefined);
    expect(read.sort()).toEqual(Object.keys(answers).sort());
    for (const [path, url] of Object.entries(answers)) {
      const schema = paths[path]?.get?.responses['200']?.content['application/json']?.schema ?? false;
      expect({ path, isAsSaid: ajv.validate(schema, await api.read(url)), errors: ajv.errors }).toMatchObject({
        isAsSaid: true,
      });
    }
  });

  it('serves its documents from itself', async () => {
    const page = await api.get('/docs');
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html']);
    expect(page.body).not.toMatch(/https?:\/\/(?!localhost)[^"']*\.(?:js|css)/);
    for (const asset of ['swagger-ui-bundle.js', 'swagger-ui.css', 'swagger-ui-init.js'])
      expect((await api.get(`/docs/${asset}`)).statusCode).toBe(200);
    expect((await api.read<{ asyncapi: string }>('/asyncapi.json')).asyncapi).toMatch(/^3\./);
    expect((await api.get('/docs/reference/problems.md')).body).toMatch(/^# Problems/);
    expect((await api.get('/docs/reference/error-codes.md')).body).toMatch(/^# Error codes/);
    expect(logged).toEqual([]);
  });
});
