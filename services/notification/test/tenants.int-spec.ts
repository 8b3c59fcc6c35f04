import {
  POLICY_DEFAULTS,
  type AnyEvent,
  type EpisodeRaised,
  type Level,
  type RunCompleted,
  type SignalEmitted,
} from '@tocsin/contracts';
import { decimal, instant, plusMs, type Instant, type Pair } from '@tocsin/domain-kit';
import { Wire, type House } from '@tocsin/testkit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebhookReceiver } from './receivers.ts';
import { openNotificationHouse } from './notification-house.ts';

const secret = Buffer.alloc(32, 7).toString('base64');
const HOUR_MS = 3_600_000;

/** Real PostgreSQL and NATS, and a tenant that has a webhook of its own. */
describe('people of a tenant', () => {
  const secrets = mkdtempSync(join(tmpdir(), 'tocsin-tenants-'));
  let receiver: WebhookReceiver;
  let house: House;
  let wire: Wire;
  let now: Instant = instant('2014-05-06T10:00:00Z');

  beforeAll(async () => {
    writeFileSync(join(secrets, 'acme.hook'), secret);
    receiver = await WebhookReceiver.open(secret);
    house = await openNotificationHouse({ SECRETS_DIRECTORY: secrets });
    wire = await Wire.to(house);
    await wire.ask({
      type: 'AddChannel',
      data: {
        tenant: 'acme',
        channelId: 'acme-hook',
        channel: {
          name: 'Desk',
          enabled: true,
          events: [],
          minLevel: 'INFO',
          success: 'first',
          signals: true,
          rate: { messages: 100, perMs: 250 },
          standby: false,
          target: { kind: 'webhook', url: receiver.url },
          secretRefs: [{ ref: 'acme.hook', until: null }],
        },
      },
    });
    await house.until('the channel is there', async () => (await house.said()).includes('ChannelChanged'));
  });
  afterAll(async () => {
    await wire.close();
    await house.close();
    receiver.close();
    rmSync(secrets, { recursive: true });
  });
  beforeEach(async () => {
    await pass(24 * HOUR_MS);
    receiver.forget();
  });

  const pass = async (ms: number): Promise<void> => {
    now = plusMs(now, ms);
    const because = 'The story goes on.';
    await house.say('ingestion', now, { type: 'ClockAdvanced', data: { clock: 'virtual', now, because } });
    await house.quiet();
  };
  const arrived = (id: string) => house.until(`${id} arrives`, () => receiver.accepted.includes(id));
  const noticesOf = async (episodeId: string): Promise<readonly string[]> =>
    (await house.facts()).flatMap(({ type, data }) =>
      'notice' in data && data.episodeId === episodeId ? [`${data.tenant} ${type.replace('Notice', '')}`] : [],
    );
  const about = { scope: 'service-analysis', scopeKind: 'service', subject: { service: 'analysis' } } as const;
  const raised = (episodeId: string, to: Level, changes: Partial<EpisodeRaised['data']> = {}): EpisodeRaised => ({
    type: 'EpisodeRaised',
    data: {
      ...about,
      episodeId,
      from: 'INFO',
      to,
      cause: 'It is silent.',
      causeEventIds: [],
      reopenOf: null,
      openedAt: now,
      simulated: false,
      at: now,
      ...changes,
    },
  });
  const bar = () =>
    ({
      pair: 'EURUSD-15m' as Pair,
      symbol: 'EURUSD',
      timeframe: '15m',
      provider: 'kraken',
      barOpenAt: plusMs(now, -HOUR_MS / 4),
      barCloseAt: now,
      runId: `run-${now}`,
      compositeScore: 75,
      confidenceRaw: 0.75,
      confidence: 0.75,
      adjustments: [],
      stopLoss: decimal('1.1982'),
      takeProfit: decimal('1.2036'),
      rulesVersion: 'rules-1',
      modelVersion: null,
      simulated: false,
    }) as const;
  const run = (): RunCompleted => ({
    type: 'RunCompleted',
    data: {
      ...bar(),
      finalDecision: 'BUY',
      bias: 'long',
      ruleScore: 75,
      ruleParts: [{ part: 'pattern', points: 30, max: 30, rules: [] }],
      ml: null,
      mlMissing: true,
      mlWeight: 0.3,
      topFeatures: [],
      redFlags: [],
      close: decimal('1.2'),
      phase: 'unknown',
      regime: 'unknown',
      freshness: { colour: 'GREEN', ratio: 0.002, schedulable: true, evaluatedAt: now, marketState: 'OPEN' },
      degraded: false,
      barRecordedAt: now,
      startedAt: now,
      finishedAt: now,
    },
  });
  const signal = (): SignalEmitted => ({
    type: 'SignalEmitted',
    data: { ...bar(), signalId: `sig:EURUSD:15m:${bar().barOpenAt}`, signal: 'BUY', analyzedAt: now },
  });

  it('hear of what is shared by their own policy, and silence it for themselves alone', async () => {
    const { routing } = POLICY_DEFAULTS;
    const policy = { ...routing, routes: { ...routing.routes, WARN: ['webhook' as const] } };
    const chosen = { by: 'dana', at: now };
    const changed: AnyEvent = {
      type: 'PolicyChanged',
      data: {
        policyId: 'acme/routing',
        tenant: 'acme',
        kind: 'routing',
        version: 1,
        policy,
        reason: 'All of it.',
        ...chosen,
      },
    };
    await house.say('escalation', now, changed);
    await house.quiet();
    await house.say('escalation', now, raised('e1', 'WARN'));
    await pass(HOUR_MS);
    await arrived('esc:e1:WARN:acme-hook:0');

    const silence: AnyEvent = {
      type: 'SilenceCreated',
      data: {
        tenant: 'acme',
        silenceId: 's-1',
        kind: 'silence',
        matchers: [{ label: 'service', op: '=', value: 'analysis' }],
        from: now,
        until: plusMs(now, HOUR_MS),
        every: null,
        zone: 'UTC',
        comment: 'We know.',
        ...chosen,
      },
    };
    await house.say('escalation', now, silence, raised('e1', 'ERROR', { from: 'WARN' }));
    await pass(HOUR_MS / 2);
    await house.until('it is held for the one and told to the other', async () => {
      const said = (await noticesOf('e1')).slice(4);
      return said.includes('acme Held') && said.includes('shared Told');
    });
    expect(receiver.accepted).toEqual(['esc:e1:WARN:acme-hook:0']);
  });

  it('hear of their own portfolios alone', async () => {
    const portfolio = {
      scope: 'portfolio-p1-drawdown_limit',
      scopeKind: 'portfolio',
      subject: { portfolio: 'p1', alertType: 'drawdown_limit' },
    } as const;
    await house.say(
      'escalation',
      now,
      raised('e2', 'CRITICAL', { ...portfolio, tenant: 'acme' }),
      raised('e3', 'CRITICAL', { ...portfolio, scope: 'portfolio-p2-drawdown_limit', tenant: 'other' }),
    );
    await pass(HOUR_MS / 4);
    await arrived('esc:e2:CRITICAL:acme-hook:0');
    await house.quiet();
    expect(await noticesOf('e2')).toEqual(['acme Queued', 'acme Told']);
    expect(await noticesOf('e3')).toEqual(['other Queued', 'other Kept']);
    expect(receiver.accepted.filter((id) => /e[23]/.test(id))).toEqual(['esc:e2:CRITICAL:acme-hook:0']);
  });

  it('hear of first successes and strong signals where they asked, with what spoke for them', async () => {
    const first = bar().barOpenAt;
    await house.say('analysis', now, run(), signal());
    await arrived(`suc:EURUSD:15m:${first}:acme-hook`);
    await arrived(`sig:EURUSD:15m:${first}:acme-hook`);
    const body = receiver.received.find(({ id }) => id.startsWith('sig:'))?.body;
    expect(body).toContain('pattern 30 of 30 points');

    await pass(HOUR_MS);
    receiver.forget();
    const second = bar().barOpenAt;
    await house.say('analysis', now, run(), signal());
    await arrived(`sig:EURUSD:15m:${second}:acme-hook`);
    await house.quiet();
    expect(receiver.accepted).toEqual([`sig:EURUSD:15m:${second}:acme-hook`]);
  });
});
