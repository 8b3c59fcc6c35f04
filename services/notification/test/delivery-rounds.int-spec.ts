import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  POLICY_DEFAULTS,
  type DeliveryIntendedData,
  type EpisodeCleared,
  type RedriveDelivery,
} from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { EventLog, to } from '@tocsin/event-log';
import { House, Wire } from '@tocsin/testkit';
import { env } from '../src/config.ts';
import { delivery } from '../src/delivery.entity.ts';
import { letterAbout } from '../src/domain/deliveries/letters.fixture.ts';
import { NotificationModule } from '../src/notification.module.ts';
import { schema } from '../src/schema.ts';
import { Mailbox, WebhookReceiver } from './receivers.ts';

const secret = Buffer.alloc(32, 7).toString('base64');
const at = instant('2014-05-06T10:00:00Z');

/** The house's own policy in a hurry; the webhook takes ten messages a second, eight of them below CRITICAL. */
const house = POLICY_DEFAULTS['notification-defaults'];
const policy = {
  ...house,
  channels: house.channels.map((channel) => ({ ...channel, rate: { messages: 10, perMs: 1_000 } })),
  attempts: { baseMs: 100, factor: 1, capMs: 100, giveUpAfterMs: 2_000 },
  digests: {},
};

/** Letters that are intended by the test itself, on real servers; what became of their episodes is what escalation says. */
describe('what waits for a channel', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-rounds-'));
  let receiver: WebhookReceiver;
  let mailbox: Mailbox;
  let service: House;
  let nats: NatsConnection;
  let wire: Wire;

  beforeEach(async () => {
    const [policyFile, secretFile] = [join(dir, 'policy.json'), join(dir, 'secret')];
    writeFileSync(policyFile, JSON.stringify(policy));
    writeFileSync(secretFile, secret);
    [receiver, mailbox] = await Promise.all([WebhookReceiver.open(secret), Mailbox.open()]);
    service = await House.open({
      plan: { service: 'notification', module: (config, kit) => NotificationModule.for(config, kit) },
      config: env.read({
        ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8',
        WEBHOOK_URL: receiver.url,
        WEBHOOK_SECRET_FILE: secretFile,
        SMTP_URL: mailbox.url,
        MAIL_FROM: 'Tocsin <tocsin@example.org>',
        MAIL_TO: 'ops@example.org',
        DELIVERY_TIMEOUT_MS: '1000',
        DELIVERY_POLL_MS: '20',
        NOTIFICATION_POLICY_FILE: policyFile,
      }),
      schema,
      hears: ['escalation', 'analysis', 'ingestion'],
    });
    [nats, wire] = await Promise.all([connect({ servers: service.natsUrl }), Wire.to(service)]);
  });
  afterEach(async () => {
    await Promise.all([nats.close(), wire.close()]);
    await service.close();
    receiver.close();
    await mailbox.close();
  });
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  const letter = (number: number, changes: Partial<DeliveryIntendedData> = {}) =>
    letterAbout(number, { channelId: 'ops-webhook', channelKind: 'webhook', at, ...changes });
  /** All in one step, as a round does. */
  const intend = (letters: readonly DeliveryIntendedData[]) =>
    service.get<EventLog>(EventLog).perform(
      letters.map((data) => ({
        causeId: `test:${data.notificationId}`,
        time: at,
        intentions: [to(delivery, data.notificationId, { type: 'Intend', data })],
      })),
    );
  const over = (number: number): EpisodeCleared => ({
    type: 'EpisodeCleared',
    data: {
      ...{ scope: `pair-PAIR${number}-15m`, scopeKind: 'pair', episodeId: `e${number}`, peak: 'ERROR', at },
      ...{ durationMs: 1, openedAt: at, cause: 'It works again.', simulated: false },
    },
  });
  const workedOff = () =>
    service.until('everything was worked off', async () => {
      await service.quiet();
      return (await service.database().query('SELECT FROM delivery_work WHERE NOT is_dead')).rows.length === 0;
    });
  const said = async (notificationId: string) => {
    await service.quiet();
    return (await service.facts())
      .filter(({ data }) => 'notificationId' in data && data.notificationId === notificationId)
      .map(({ type }) => type);
  };
  /** What a receiver got that it can tell apart, each once. */
  const toldOf = () =>
    receiver.received
      .filter(({ status }) => status === 200)
      .flatMap(({ body }) => {
        type Told = { readonly episode_id: string };
        const { data } = JSON.parse(body) as { readonly data: Told & { readonly members?: readonly Told[] } };
        return (data.members ?? [data]).map(({ episode_id: episodeId }) => episodeId);
      });

  it('T-46: for two hours is told in digests when it is back, without what is over by then', async () => {
    // The first attempt lasts until its deadline; meanwhile two hours pass.
    receiver.answer({ status: 503, isUnspoken: true }, { status: 200 });
    const letters = Array.from({ length: 1_000 }, (_, number) =>
      letter(number, { level: number % 100 === 0 ? 'CRITICAL' : 'ERROR' }),
    );
    await service.say('escalation', at, ...Array.from({ length: 300 }, (_, number) => over(number)));
    await service.quiet();
    await intend(letters);
    await service.database().query(`UPDATE delivery_work SET queued_at = queued_at - interval '2 hours'`);
    await workedOff();

    const told = toldOf();
    expect(new Set(told).size).toBe(told.length);
    expect(new Set(told)).toEqual(new Set(letters.slice(300).map(({ episodeId }) => episodeId)));
    expect(receiver.received.length).toBeLessThan(30);
    const facts = await service.facts();
    expect(facts.filter(({ type }) => type === 'DeliveryWithdrawn')).toHaveLength(300);
    const ends = new Map<string, number>();
    for (const { type, data } of facts) {
      if (!['DeliverySucceeded', 'DeliveryWithdrawn', 'DeliveryGathered', 'DeliveryDeadLettered'].includes(type))
        continue;
      if (!('notificationId' in data)) continue;
      ends.set(data.notificationId, (ends.get(data.notificationId) ?? 0) + 1);
    }
    for (const { notificationId } of letters) expect(ends.get(notificationId)).toBe(1);
  });

  it('is withdrawn together with its end when nobody heard of it before it was over', async () => {
    receiver.answer({ status: 503, headers: { 'retry-after': '1' } }, { status: 200 });
    await intend([letter(1, { level: 'ERROR' })]);
    await service.until('it was refused', () => receiver.received.length === 1);
    await service.say('escalation', at, over(1));
    await intend([letter(1, { level: 'INFO', kind: 'restoration' })]);
    await workedOff();
    expect(receiver.accepted).toEqual([]);
    for (const level of ['ERROR', 'INFO'] as const)
      expect((await said(letter(1, { level }).notificationId)).at(-1)).toBe('DeliveryWithdrawn');
  });

  it('and is CRITICAL goes to another channel after two failures, once, while the first goes on trying', async () => {
    receiver.answer({ status: 503 }, { status: 503 }, { status: 503 }, { status: 200 });
    const critical = letter(1, { level: 'CRITICAL' });
    await intend([critical]);
    await workedOff();
    expect(receiver.accepted).toEqual([critical.notificationId]);
    expect(mailbox.subjects).toEqual([critical.title]);
    const other = (await service.facts()).find(
      ({ type, data }) => type === 'DeliveryIntended' && 'takesOverFrom' in data,
    );
    expect(other?.data).toMatchObject({ channelId: 'ops-email', takesOverFrom: 'ops-webhook' });
  });

  it('does not use up its attempts while the breaker is open, but its patience', async () => {
    receiver.answer({ status: 500 });
    await intend([letter(1, { level: 'CRITICAL' }), ...[2, 3, 4].map((number) => letter(number, { level: 'ERROR' }))]);
    await workedOff();
    // Five failures open the breaker; from then on nothing is sent, whatever is due.
    expect(receiver.received).toHaveLength(5);
    const facts = await service.facts();
    const given = facts.flatMap((fact) => (fact.type === 'DeliveryDeadLettered' ? [fact.data] : []));
    expect(given.map(({ notificationId }) => notificationId).sort()).toEqual(
      [letter(1, { level: 'CRITICAL' }), ...[2, 3, 4].map((number) => letter(number, { level: 'ERROR' }))]
        .map(({ notificationId }) => notificationId)
        .sort(),
    );
    for (const { lastError } of given) expect(lastError).toBe('ops-webhook kept failing and was left alone.');
    const failures = facts.filter(({ type }) => type === 'DeliveryFailed');
    expect(failures).toHaveLength(5 + 4);
  });

  it('T-47: and was given up is redriven once, though the request is published again long after', async () => {
    receiver.answer({ status: 410 }, { status: 200 });
    const [first, other] = [letter(1, { level: 'ERROR' }), letter(2, { level: 'ERROR' })];
    await intend([first]);
    await workedOff();
    expect(await said(first.notificationId)).toEqual(['DeliveryIntended', 'DeliveryFailed', 'DeliveryDeadLettered']);

    const request = redriveOf(first);
    await forgetIdsAtOnce();
    await wire.ask(request, 'redrive-1');
    await service.until('it was taken', () => receiver.accepted.length === 1);
    await workedOff();
    // By then the same request is a new message to the stream.
    await wire.ask(request, 'redrive-1');
    await wire.ask(redriveOf(other), 'redrive-2');
    expect(await messagesIn('CMD_NOTIFICATION')).toBe(3);
    await service.until('the later request was handled', async () => (await handled()).length === 2);
    await workedOff();
    expect(await handled()).toEqual([
      { command: 'RedriveDelivery', commandId: 'redrive-1', result: 'done', refused: undefined },
      { command: 'RedriveDelivery', commandId: 'redrive-2', result: 'refused', refused: 'delivery-not-dead' },
    ]);
    expect(receiver.accepted).toEqual([first.notificationId]);
    expect((await said(first.notificationId)).slice(3)).toEqual(['DeliveryRedriven', 'DeliverySucceeded']);
  });

  it('T-46: and was given up is not redriven when its episode is over, unless somebody insists', async () => {
    receiver.answer({ status: 410 }, { status: 200 });
    const dead = letter(1, { level: 'ERROR' });
    await intend([dead]);
    await workedOff();
    await service.say('escalation', at, over(1));
    await service.quiet();
    await wire.ask(redriveOf(dead, { rehearse: true }), 'r1');
    await wire.ask(redriveOf(dead), 'r2');
    await wire.ask(redriveOf(dead, { rehearse: true, force: true }), 'r3');
    await wire.ask(redriveOf(dead, { force: true }), 'r4');
    await service.until('all was answered', async () => (await handled()).length === 4);
    expect((await handled()).map(({ result, refused }) => refused ?? result)).toEqual([
      'episode-over',
      'episode-over',
      'unchanged',
      'done',
    ]);
    await workedOff();
    // A late letter is compared with its episode; one that somebody insists on goes all the same.
    expect(receiver.accepted).toEqual([dead.notificationId]);
  });

  const redriveOf = (
    { notificationId, channelId }: DeliveryIntendedData,
    changes: Partial<RedriveDelivery['data']> = {},
  ): RedriveDelivery => ({
    type: 'RedriveDelivery',
    data: { notificationId, channelId, reason: 'The receiver is back.', ...changes },
  });
  const configOf = async (stream: string) => {
    const reply = await nats.request(`$JS.API.STREAM.INFO.${stream}`);
    return reply.json<{ readonly config: object; readonly state: { readonly messages: number } }>();
  };
  const messagesIn = async (stream: string): Promise<number> => (await configOf(stream)).state.messages;
  /** The stream remembers the ids of messages for two minutes; from now on, for a tenth of a second. */
  const forgetIdsAtOnce = async (): Promise<void> => {
    const { config } = await configOf('CMD_NOTIFICATION');
    const forgetful = JSON.stringify({ ...config, duplicate_window: 100_000_000 });
    const reply = await nats.request('$JS.API.STREAM.UPDATE.CMD_NOTIFICATION', forgetful);
    expect(reply.json()).not.toHaveProperty('error');
  };
  const handled = async () => {
    await service.quiet();
    return (await service.facts()).flatMap((fact) => {
      if (fact.type !== 'CommandHandled') return [];
      const { command, commandId, result, refused } = fact.data;
      return [{ command, commandId, result, refused }];
    });
  };
});
