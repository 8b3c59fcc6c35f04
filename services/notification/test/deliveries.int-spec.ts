import { POLICY_DEFAULTS, type EpisodeCleared, type EpisodeRaised, type Level } from '@tocsin/contracts';
import { instant, plusMs } from '@tocsin/domain-kit';
import { EventLog } from '@tocsin/event-log';
import { Reach } from '@tocsin/outbound';
import type { House } from '@tocsin/testkit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secrets } from '../src/outbound/channels/secrets.ts';
import { WebhookChannel } from '../src/outbound/channels/webhook/webhook.channel.ts';
import { DeliveryLedger } from '../src/outbound/delivery-ledger.ts';
import { DeliveryWorker } from '../src/outbound/delivery.worker.ts';
import { WiredChannels } from '../src/outbound/wired-channels.ts';
import { Mailbox, until, WebhookReceiver } from './receivers.ts';
import { openNotificationHouse } from './notification-house.ts';

const secret = Buffer.alloc(32, 7).toString('base64');
const opened = instant('2014-05-06T10:00:00Z');
/** The clock of the story: past all that it tells. */
const told = plusMs(opened, 180_000);

/** The house's own policy in a hurry: six hours become three seconds. WARN goes by webhook too, so that it can be lost. */
const house = POLICY_DEFAULTS['notification-defaults'];
const policy = {
  ...house,
  routes: { ...house.routes, WARN: ['log', 'webhook'] },
  channels: house.channels.map((channel) => ({ ...channel, rate: { messages: 100, perMs: 250 } })),
  grouping: { waitMs: 0, intervalMs: 0, criticalIntervalMs: 0 },
  attempts: { baseMs: 60, factor: 2, capMs: 240, giveUpAfterMs: 3_000 },
};

/** Real PostgreSQL and NATS, a real receiver of webhooks, a real SMTP server. */
describe('deliveries', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-deliveries-'));
  let receiver: WebhookReceiver;
  let mailbox: Mailbox;
  let service: House;
  let story = 0;

  beforeAll(async () => {
    const [policyFile, secretFile] = [join(dir, 'policy.json'), join(dir, 'secret')];
    writeFileSync(policyFile, JSON.stringify(policy));
    writeFileSync(secretFile, secret);
    [receiver, mailbox] = await Promise.all([WebhookReceiver.open(secret), Mailbox.open()]);
    service = await openNotificationHouse({
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SECRET_FILE: secretFile,
      SMTP_URL: mailbox.url,
      MAIL_FROM: 'Tocsin <tocsin@example.org>',
      MAIL_TO: 'ops@example.org',
      NOTIFICATION_POLICY_FILE: policyFile,
    });
    const because = 'The story begins.';
    await service.say('ingestion', told, { type: 'ClockAdvanced', data: { clock: 'virtual', now: told, because } });
  });
  afterAll(async () => {
    await service.close();
    receiver.close();
    await mailbox.close();
    rmSync(dir, { recursive: true });
  });
  /** Every test tells of a pair of its own. */
  beforeEach(() => {
    story += 1;
    receiver.forget();
    mailbox.mails.length = 0;
  });

  const scope = () => `pair-STORY${story}-15m`;
  const about = () =>
    ({ scope: scope(), scopeKind: 'pair', episodeId: `e${story}`, openedAt: opened, simulated: true }) as const;
  const raised = (to: Level): EpisodeRaised => ({
    type: 'EpisodeRaised',
    data: {
      ...about(),
      from: 'INFO',
      to,
      cause: 'A bar could not be fetched.',
      causeEventIds: [],
      reopenOf: null,
      at: plusMs(opened, 60_000),
    },
  });
  const cleared = (peak: Level): EpisodeCleared => ({
    type: 'EpisodeCleared',
    data: { ...about(), peak, durationMs: 120_000, cause: 'Two good bars in a row.', at: plusMs(opened, 120_000) },
  });
  /** One after the other, each when people have been told of the one before. */
  const say = async (...events: (EpisodeRaised | EpisodeCleared)[]): Promise<void> => {
    for (const event of events) {
      await service.say('escalation', event.data.at, event);
      await service.quiet();
      await until(isNothingDue, 'what is due was told');
    }
  };
  const isNothingDue = async (): Promise<boolean> => {
    const { rows } = await service.database().query('SELECT FROM notice_line WHERE due_at <= $1', [told]);
    return rows.length === 0;
  };
  const id = (level: Level, channel: string): string => `esc:e${story}:${level}:${channel}:0`;
  const isWorkedOff = async (): Promise<boolean> => {
    await service.quiet();
    const { rows } = await service.database().query('SELECT FROM delivery_work WHERE NOT is_dead');
    return rows.length === 0;
  };
  /** Worked off, and what was said of it numbered and out: an outcome is a fact a moment before it has a position. */
  const workedOff = async () => {
    await until(isWorkedOff, 'everything was worked off');
    await service.quiet();
  };
  /** What this test's service said of one notification. */
  const outcomes = async (notificationId: string) =>
    (await service.facts()).filter(({ data }) => 'notificationId' in data && data.notificationId === notificationId);

  it('reach everyone who is to be told, and tell them when it is over, once each and in order', async () => {
    await say(raised('WARN'), raised('ERROR'), raised('CRITICAL'), cleared('CRITICAL'));
    await workedOff();

    const levels: readonly Level[] = ['WARN', 'ERROR', 'CRITICAL', 'INFO'];
    expect(new Set(receiver.accepted)).toEqual(new Set(levels.map((level) => id(level, 'ops-webhook'))));
    expect(receiver.accepted).toHaveLength(4);
    expect(receiver.accepted.at(-1)).toBe(id('INFO', 'ops-webhook'));
    expect([...mailbox.subjects].sort()).toEqual([
      `CRITICAL: STORY${story}-15m (simulated)`,
      `ERROR: STORY${story}-15m (simulated)`,
      `Restored: STORY${story}-15m (simulated)`,
    ]);
    expect(mailbox.subjects.at(-1)).toMatch(/^Restored/);

    const [intended, succeeded] = await outcomes(id('CRITICAL', 'ops-email'));
    expect(intended?.type).toBe('DeliveryIntended');
    expect(succeeded).toMatchObject({
      type: 'DeliverySucceeded',
      causationId: intended?.id,
      correlationId: intended?.correlationId,
      data: { attempts: 1, possibleRepeat: false, receipt: expect.stringMatching(/^250 /) as unknown },
    });
  });

  it('T-7: are not made for the end of something that nobody was told of', async () => {
    await say(cleared('WARN'));
    await workedOff();
    expect(receiver.received).toEqual([]);
  });

  it('T-48: of two workers that both believe they hold the lease, into a 500 and then a 200, exactly one is accepted', async () => {
    const eventLog = service.get<EventLog>(EventLog);
    const channel = new WebhookChannel({
      id: 'ops-webhook',
      url: receiver.url,
      secrets: Secrets.of(secret),
      reach: new Reach(['127.0.0.0/8']),
      timeoutMs: 1_000,
      rate: { calls: 100, perMs: 250 },
    });
    const nothing = (): void => undefined;
    const second = new DeliveryWorker({
      eventLog,
      ledger: new DeliveryLedger(eventLog),
      channels: new WiredChannels([channel], policy.channels),
      readWishes: () => Promise.resolve({ policyOf: () => policy, silenced: () => new Set() }),
      pollMs: 5,
      log: { warn: nothing, error: nothing },
      onSaid: nothing,
      beat: nothing,
    });
    second.start();
    try {
      receiver.answer({ status: 500 }, { status: 200 });
      await say(raised('WARN'));
      await workedOff();
    } finally {
      await second.stop();
    }
    expect(receiver.received.map(({ status }) => status)).toEqual([500, 200]);
    expect(receiver.accepted).toEqual([id('WARN', 'ops-webhook')]);
    expect((await outcomes(id('WARN', 'ops-webhook'))).map(({ type }) => type)).toEqual([
      'DeliveryIntended',
      'DeliveryFailed',
      'DeliverySucceeded',
    ]);
  });

  it('have their outcome said whatever a receiver answers with', async () => {
    receiver.answer({ status: 400, headers: { 'content-type': 'text/plain' }, body: 'no\u0000 \u001b[31mway' });
    await say(raised('WARN'));
    await workedOff();
    expect(await outcomes(id('WARN', 'ops-webhook'))).toMatchObject([
      { type: 'DeliveryIntended' },
      { type: 'DeliveryFailed', data: { message: expect.stringContaining('no\ufffd \ufffd[31mway') as unknown } },
      { type: 'DeliveryDeadLettered' },
    ]);
  });

  it('that a receiver takes without a word are repeated under the same id, or closed where they matter less', async () => {
    receiver.answer({ status: 200, isUnspoken: true }, { status: 200 });
    await say(raised('WARN'));
    await workedOff();
    expect(receiver.accepted).toEqual([id('WARN', 'ops-webhook')]);

    receiver.forget();
    receiver.answer({ status: 200, isUnspoken: true }, { status: 200 });
    await say(raised('CRITICAL'));
    await workedOff();
    expect(receiver.accepted).toEqual([id('CRITICAL', 'ops-webhook'), id('CRITICAL', 'ops-webhook')]);

    expect((await outcomes(id('CRITICAL', 'ops-webhook'))).map(({ type }) => type)).toEqual([
      'DeliveryIntended',
      'DeliveryFailed',
      'DeliverySucceeded',
    ]);
    expect((await outcomes(id('WARN', 'ops-webhook'))).map(({ type }) => type)).toEqual([
      'DeliveryIntended',
      'DeliveryUnknown',
    ]);
  });

  it('wait as long as the receiver asks them to', async () => {
    receiver.answer({ status: 429, headers: { 'retry-after': '2' } }, { status: 200 });
    const startedMs = performance.now();
    await say(raised('WARN'));
    await workedOff();
    expect(performance.now() - startedMs).toBeGreaterThan(1_900);
    expect(receiver.accepted).toEqual([id('WARN', 'ops-webhook')]);
  });

  it('are dead letters at once where the receiver says a final no; the other channels have theirs', async () => {
    receiver.answer({ status: 410 });
    await say(raised('CRITICAL'));
    await workedOff();

    expect(receiver.received).toHaveLength(1);
    expect((await outcomes(id('CRITICAL', 'ops-webhook'))).slice(1)).toMatchObject([
      { type: 'DeliveryFailed', data: { attempt: 1, errorCode: 'REJECTED', permanent: true, retryAt: null } },
      { type: 'DeliveryDeadLettered', data: { attempts: 1, lastError: 'ops-webhook answered 410' } },
    ]);
    expect((await outcomes(id('CRITICAL', 'ops-email'))).at(-1)?.type).toBe('DeliverySucceeded');
    expect((await outcomes(id('CRITICAL', 'ops-log'))).at(-1)?.type).toBe('DeliverySucceeded');
  });

  it('of something critical do not wait behind something lesser that will not go through', async () => {
    receiver.answer({ status: 503, headers: { 'retry-after': '2' } }, { status: 200 });
    await say(raised('WARN'));
    await until(() => receiver.received.length === 1, 'the first was refused');
    await say(raised('CRITICAL'));
    await workedOff();
    await say(cleared('CRITICAL'));
    await workedOff();
    expect(receiver.accepted).toEqual([
      id('CRITICAL', 'ops-webhook'),
      id('WARN', 'ops-webhook'),
      id('INFO', 'ops-webhook'),
    ]);
  });

  it('are given up when the next attempt would come too late, and what was decided meanwhile goes on', async () => {
    receiver.answer({ status: 503, headers: { 'retry-after': '4' } }, { status: 200 });
    await say(raised('ERROR'), cleared('ERROR'));
    await workedOff();

    expect((await outcomes(id('ERROR', 'ops-webhook'))).slice(1)).toMatchObject([
      { type: 'DeliveryFailed', data: { errorCode: 'UNREACHABLE', permanent: false, retryAt: null } },
      { type: 'DeliveryDeadLettered', data: { attempts: 1, lastError: 'ops-webhook answered 503' } },
    ]);
    expect(receiver.accepted).toEqual([id('INFO', 'ops-webhook')]);
  });
});
