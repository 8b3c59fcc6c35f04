import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  POLICY_DEFAULTS,
  type AnyCommand,
  type AnyEvent,
  type DeliveryIntendedData,
  type EpisodeCleared,
  type NotificationDefaults,
} from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { EventLog, to, type Sql } from '@tocsin/event-log';
import { Reach } from '@tocsin/outbound';
import { Wire, type House } from '@tocsin/testkit';
import { delivery } from '../src/delivery.entity.ts';
import { letterAbout } from '../src/domain/deliveries/letters.fixture.ts';
import { Secrets } from '../src/outbound/channels/secrets.ts';
import { WebhookChannel } from '../src/outbound/channels/webhook/webhook.channel.ts';
import { DeliveryLedger } from '../src/outbound/delivery-ledger.ts';
import { DeliveryWorker } from '../src/outbound/delivery.worker.ts';
import { WiredChannels } from '../src/outbound/wired-channels.ts';
import { Mailbox, WebhookReceiver } from './receivers.ts';
import { openNotificationHouse } from './notification-house.ts';

const secret = Buffer.alloc(32, 7).toString('base64');

/** When everything happens in these stories. */
export const at = instant('2014-05-06T10:00:00Z');

/** The house's own policy in a hurry; the webhook takes ten messages a second, eight of them below CRITICAL. */
const defaults = POLICY_DEFAULTS['notification-defaults'];
const policy: NotificationDefaults = {
  ...defaults,
  channels: defaults.channels.map((channel) => ({ ...channel, rate: { messages: 10, perMs: 1_000 } })),
  attempts: { baseMs: 100, factor: 1, capMs: 100, giveUpAfterMs: 2_000 },
  digests: { INFO: { kinds: ['webhook'], everyMs: 2_000 } },
};

/** A letter to the webhook about the pair `PAIR<number>`. */
export const letter = (number: number, changes: Partial<DeliveryIntendedData> = {}): DeliveryIntendedData =>
  letterAbout(number, { channelId: 'ops-webhook', channelKind: 'webhook', at, ...changes });

/** The end of the episode that the letter of that number is about. */
export const over = (number: number): EpisodeCleared => ({
  type: 'EpisodeCleared',
  data: {
    ...{ scope: `pair-PAIR${number}-15m`, scopeKind: 'pair', episodeId: `e${number}`, peak: 'ERROR', at },
    ...{ durationMs: 1, openedAt: at, cause: 'It works again.', simulated: false },
  },
});

/** Notification on real servers, whose letters are intended by the test itself: nobody has to be escalated for them. */
export class LetterHouse {
  private constructor(
    readonly receiver: WebhookReceiver,
    readonly mailbox: Mailbox,
    readonly service: House,
    private readonly wire: Wire,
    private readonly directory: string,
  ) {}

  static async open(): Promise<LetterHouse> {
    const directory = mkdtempSync(join(tmpdir(), 'tocsin-letters-'));
    const [policyFile, secretFile] = [join(directory, 'policy.json'), join(directory, 'secret')];
    writeFileSync(policyFile, JSON.stringify(policy));
    writeFileSync(secretFile, secret);
    const [receiver, mailbox] = await Promise.all([WebhookReceiver.open(secret), Mailbox.open()]);
    const service = await openNotificationHouse({
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SECRET_FILE: secretFile,
      SMTP_URL: mailbox.url,
      MAIL_FROM: 'Tocsin <tocsin@example.org>',
      MAIL_TO: 'ops@example.org',
      NOTIFICATION_POLICY_FILE: policyFile,
    });
    return new LetterHouse(receiver, mailbox, service, await Wire.to(service), directory);
  }

  async close(): Promise<void> {
    await this.wire.close();
    await this.service.close();
    this.receiver.close();
    await this.mailbox.close();
    rmSync(this.directory, { recursive: true });
  }

  /** Another worker on the same list, as there is when a lease has just changed hands; whoever starts it stops it. */
  secondWorker(): DeliveryWorker {
    const eventLog = this.service.get<EventLog>(EventLog);
    const nothing = (): void => undefined;
    const channel = new WebhookChannel({
      ...{ id: 'ops-webhook', url: this.receiver.url, secrets: Secrets.of(secret), timeoutMs: 1_000 },
      ...{ reach: new Reach(['127.0.0.0/8']), rate: { calls: 10, perMs: 1_000 } },
    });
    return new DeliveryWorker({
      eventLog,
      ledger: new DeliveryLedger(eventLog),
      channels: new WiredChannels([channel], policy.channels),
      readWishes: () => Promise.resolve({ policyOf: () => policy, silenced: () => new Set() }),
      pollMs: 5,
      log: { warn: nothing, error: nothing },
      onSaid: nothing,
      beat: nothing,
    });
  }

  get tables(): Sql {
    return this.service.database();
  }

  /** All in one step, as a round does. */
  async intend(...letters: readonly DeliveryIntendedData[]): Promise<void> {
    await this.service.get<EventLog>(EventLog).perform(
      letters.map((data) => ({
        causeId: `test:${data.notificationId}`,
        time: at,
        intentions: [to(delivery, data.notificationId, { type: 'Intend', data })],
      })),
    );
  }

  /** Lets escalation say it, and waits until it was heard. */
  async hear(...events: readonly AnyEvent[]): Promise<void> {
    await this.service.say('escalation', at, ...events);
    await this.service.quiet();
  }

  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    return this.service.until(what, holds);
  }

  async ask(command: AnyCommand, id: string): Promise<void> {
    await this.wire.ask(command, id);
  }

  /** How the requests so far have ended, in order. */
  async handled() {
    await this.service.quiet();
    return (await this.service.facts()).flatMap(({ type, data }) => (type === 'CommandHandled' ? [data] : []));
  }

  /** Waits until every letter has come to an end. */
  workedOff(): Promise<void> {
    return this.until('everything was worked off', async () => {
      await this.service.quiet();
      return (await this.tables.query('SELECT FROM delivery_work WHERE NOT is_dead')).rows.length === 0;
    });
  }

  /** What was said of one letter, in order. */
  async said({ notificationId }: DeliveryIntendedData): Promise<readonly string[]> {
    await this.service.quiet();
    return (await this.service.facts())
      .filter(({ data }) => 'notificationId' in data && data.notificationId === notificationId)
      .map(({ type }) => type);
  }

  /** The episodes that the webhook's receiver was told of and said yes to, as often as it was. */
  get toldOf(): readonly string[] {
    return this.receiver.received
      .filter(({ status }) => status === 200)
      .flatMap(({ body }) => {
        type Told = { readonly episode_id: string };
        const { data } = JSON.parse(body) as { readonly data: Told & { readonly members?: readonly Told[] } };
        return (data.members ?? [data]).map(({ episode_id: episodeId }) => episodeId);
      });
  }
}
