import {
  POLICY_DEFAULTS,
  type AnyEvent,
  type EpisodeRaised,
  type EpisodeSubject,
  type Level,
  type RoutingPolicy,
  type ScopeKind,
} from '@tocsin/contracts';
import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import type { House } from '@tocsin/testkit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebhookReceiver } from './receivers.ts';
import { openNotificationHouse } from './notification-house.ts';

const secret = Buffer.alloc(32, 7).toString('base64');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const house = POLICY_DEFAULTS['notification-defaults'];
const policy = {
  ...house,
  routes: { INFO: ['log'], WARN: ['log', 'webhook'], ERROR: ['log', 'webhook'], CRITICAL: 'all' },
  channels: house.channels.map((channel) => ({ ...channel, rate: { messages: 100, perMs: 250 } })),
};

type About = { readonly scope: string; readonly scopeKind: ScopeKind; readonly subject: EpisodeSubject };

/** Real PostgreSQL and NATS, a real receiver of webhooks, and a clock that the story moves. */
describe('notices', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-notices-'));
  let receiver: WebhookReceiver;
  let service: House;
  let story = 0;
  let now: Instant = instant('2014-05-06T10:00:00Z');

  beforeAll(async () => {
    const [policyFile, secretFile] = [join(dir, 'policy.json'), join(dir, 'secret')];
    writeFileSync(policyFile, JSON.stringify(policy));
    writeFileSync(secretFile, secret);
    receiver = await WebhookReceiver.open(secret);
    service = await openNotificationHouse({
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SECRET_FILE: secretFile,
      NOTIFICATION_POLICY_FILE: policyFile,
    });
  });
  afterAll(async () => {
    await service.close();
    receiver.close();
    rmSync(dir, { recursive: true });
  });
  /** Every test tells of things of its own, a day after the one before. */
  beforeEach(async () => {
    story += 1;
    receiver.forget();
    await pass(24 * HOUR_MS);
    receiver.forget();
  });

  const pass = async (ms: number): Promise<void> => {
    now = plusMs(now, ms);
    const because = 'The story goes on.';
    await service.say('ingestion', now, { type: 'ClockAdvanced', data: { clock: 'virtual', now, because } });
    await calm();
  };
  /** Everything that is due was told, and sent. */
  const calm = async (): Promise<void> => {
    await service.until('everything that is due is told and sent', async () => {
      await service.quiet();
      const { rows } = await service.database().query(
        `SELECT FROM delivery_work UNION ALL
         SELECT FROM notice_line WHERE due_at <= $1::timestamptz - interval '6 minutes'`,
        [now],
      );
      return rows.length === 0;
    });
    await service.quiet();
  };
  const say = async (...events: readonly AnyEvent[]): Promise<void> => {
    await service.say('escalation', now, ...events);
    await calm();
  };
  const provider = (): string => `feed${story}`;
  const pair = (symbol: string): About => ({
    scope: `pair-${symbol}${story}-15m`,
    scopeKind: 'pair',
    subject: { symbol: `${symbol}${story}`, timeframe: '15m', provider: provider() },
  });
  const providerScope = (): About => ({
    scope: `provider-${provider()}`,
    scopeKind: 'provider',
    subject: { provider: provider() },
  });
  const raised = (about: About, to: Level, from: Level = 'INFO'): EpisodeRaised => ({
    type: 'EpisodeRaised',
    data: {
      ...about,
      episodeId: `ep-${about.scope}`,
      from,
      to,
      cause: 'A bar could not be fetched.',
      causeEventIds: [],
      reopenOf: null,
      openedAt: now,
      simulated: false,
      at: now,
    },
  });
  const cleared = ({ scope, scopeKind }: About, peak: Level): AnyEvent => ({
    type: 'EpisodeCleared',
    data: {
      scope,
      scopeKind,
      episodeId: `ep-${scope}`,
      peak,
      durationMs: 1,
      openedAt: now,
      cause: 'It works.',
      simulated: false,
      at: now,
    },
  });
  /** What arrived of this story, in short; episodes of earlier ones stand, and are repeated. */
  const arrived = (): readonly string[] =>
    receiver.accepted
      .map((id) => id.replace('esc:ep-', ''))
      .filter((id) => id.includes(`${story}-15m:`) || id.includes(`${provider()}:`));
  const told = (about: About, level: Level, repeat = 0): string => `${about.scope}:${level}:ops-webhook:${repeat}`;
  const said = async (about: About): Promise<readonly string[]> =>
    (await service.facts()).flatMap(({ type, data }) =>
      'notice' in data && data.scope === about.scope ? [type.replace('Notice', '')] : [],
    );

  it('T-8: climb with three failures, and are told at each rung', async () => {
    const about = pair('EURUSD');
    await say(raised(about, 'WARN'));
    await pass(15 * MINUTE_MS);
    await say(raised(about, 'ERROR', 'WARN'));
    await pass(15 * MINUTE_MS);
    await say(raised(about, 'CRITICAL', 'ERROR'));
    expect(arrived()).toEqual([told(about, 'WARN'), told(about, 'ERROR'), told(about, 'CRITICAL')]);
    expect(await said(about)).toEqual(['Queued', 'Told', 'Queued', 'Told', 'Queued', 'Told']);
  });

  it('T-11: are told at a higher rung although acknowledged, and once when that expires', async () => {
    const about = pair('EURUSD');
    const { scope } = about;
    const who = { scope, episodeId: `ep-${scope}`, by: 'dana' };
    await say(raised(about, 'ERROR'));
    await pass(15 * MINUTE_MS);
    const until = plusMs(now, 4 * HOUR_MS);
    await say({ type: 'EpisodeAcknowledged', data: { ...who, reason: 'I am on it.', until, at: now } });
    await say(raised(about, 'CRITICAL', 'ERROR'));
    await pass(4 * HOUR_MS);
    expect(arrived()).toEqual([told(about, 'ERROR'), told(about, 'CRITICAL')]);
    await say({ type: 'AcknowledgementExpired', data: { ...who, at: now } });
    expect(arrived().slice(2)).toEqual([told(about, 'CRITICAL', 1)]);
  });

  it('T-12: of pairs are held while their provider is in trouble, across a restart, and told together afterwards', async () => {
    const pairs = ['EURUSD', 'GBPUSD', 'USDJPY'].map(pair);
    await say(...pairs.map((about) => raised(about, 'ERROR')), raised(providerScope(), 'ERROR'));
    await pass(MINUTE_MS);
    expect(arrived()).toEqual([told(providerScope(), 'ERROR')]);
    for (const about of pairs) expect(await said(about)).toEqual(['Queued', 'Held']);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/tocsin_notices_waiting\{[^}]*held_by="inhibition"[^}]*\} 3\n/);

    await service.stop();
    await service.start();
    await pass(HOUR_MS);
    expect(arrived()).toEqual([told(providerScope(), 'ERROR')]);

    await say(cleared(providerScope(), 'ERROR'));
    await pass(MINUTE_MS);
    const [first, second, third] = pairs;
    expect(arrived().slice(1).sort()).toEqual([told(first ?? providerScope(), 'ERROR'), told(providerScope(), 'INFO')]);
    const letter = receiver.received.map(({ body }) => body).find((body) => body.includes('3 pairs'));
    for (const about of [first, second, third]) expect(letter).toContain(about?.subject.symbol);
    for (const about of pairs) expect(await said(about)).toEqual(['Queued', 'Held', 'Released', 'Told']);
  });

  it('are held by a silence, and told when it is over if they stand', async () => {
    const about = pair('EURUSD');
    const until = plusMs(now, HOUR_MS);
    const silence = { silenceId: `s-${story}`, tenant: 'shared' } as const;
    await say({
      type: 'SilenceCreated',
      data: {
        ...silence,
        kind: 'silence',
        matchers: [{ label: 'symbol', op: '=~', value: 'EURUSD.*' }],
        from: now,
        until,
        every: null,
        zone: 'UTC',
        comment: 'We know.',
        by: 'dana',
        at: now,
      },
    });
    await say(raised(about, 'CRITICAL'));
    await pass(HOUR_MS / 2);
    expect(arrived()).toEqual([]);
    expect(await said(about)).toEqual(['Queued', 'Held']);
    await pass(HOUR_MS / 2);
    expect(arrived()).toEqual([told(about, 'CRITICAL')]);
  });

  it('keep the policy that their episode began with; the next one has the newest', async () => {
    const [before, after] = [pair('EURUSD'), pair('GBPUSD')];
    await say(raised(before, 'WARN'));
    const { grouping, repeats, attempts, digests } = house;
    const onlyLog: RoutingPolicy = {
      routes: { INFO: ['log'], WARN: ['log'], ERROR: ['log'], CRITICAL: 'all' },
      grouping,
      repeats,
      attempts,
      digests,
    };
    await say({
      type: 'PolicyChanged',
      data: {
        policyId: 'shared/routing',
        tenant: 'shared',
        kind: 'routing',
        version: 1,
        policy: onlyLog,
        by: 'dana',
        reason: 'Too many webhooks.',
        at: now,
      },
    });
    await pass(15 * MINUTE_MS);
    await say(raised(before, 'ERROR', 'WARN'), raised(after, 'ERROR'));
    await pass(15 * MINUTE_MS);
    expect(arrived()).toEqual([told(before, 'WARN'), told(before, 'ERROR')]);
    expect(await said(after)).toEqual(['Queued', 'Told']);
  });
});
