import type {
  AnyCommand,
  ChannelSettings,
  CommandHandled,
  DeliveryIntendedData,
  EpisodeRaised,
} from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { EventLog, to } from '@tocsin/event-log';
import { Wire, type House } from '@tocsin/testkit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { delivery } from '../src/delivery.entity.ts';
import { Vendor } from '../src/outbound/channels/vendor.fixture.ts';
import { openNotificationHouse } from './notification-house.ts';

/** Real PostgreSQL and NATS, requests as the door sends them, and a receiver that keeps to what Slack documents. */
describe('channels that somebody makes', () => {
  let slack: Vendor;
  let secrets: string;
  let house: House;
  let wire: Wire;

  beforeAll(async () => {
    secrets = mkdtempSync(join(tmpdir(), 'tocsin-secrets-'));
    slack = await Vendor.open(() => ({ status: 200, body: { ok: true, channel: 'C1', ts: '1399372300.000100' } }));
    house = await openNotificationHouse({ SECRETS_DIRECTORY: secrets });
    wire = await Wire.to(house);
  });
  afterAll(async () => {
    await wire.close();
    await house.close();
    slack.close();
    rmSync(secrets, { recursive: true });
  });
  beforeEach(() => {
    slack.calls.length = 0;
  });

  const settings = (ref: string, changes: Partial<ChannelSettings> = {}): ChannelSettings => ({
    name: 'Trading desk',
    enabled: true,
    events: [],
    minLevel: 'INFO',
    success: 'restoration',
    signals: false,
    rate: { messages: 100, perMs: 250 },
    standby: false,
    target: { kind: 'slack', channel: 'C1', api: slack.url },
    secretRefs: [{ ref, until: null }],
    ...changes,
  });

  /** Asks as the door does, and returns what became of it. */
  const ask = async (command: AnyCommand): Promise<CommandHandled['data']> => {
    const id = await wire.ask(command);
    let handled: CommandHandled['data'] | undefined;
    await house.until(`${command.type} is handled`, async () => {
      for (const { type, data } of await house.facts())
        if (type === 'CommandHandled' && data.commandId === id) handled = data;
      return handled !== undefined;
    });
    if (handled === undefined) throw new Error('it was handled');
    return handled;
  };
  const add = (channelId: string, ref: string, changes?: Partial<ChannelSettings>) =>
    ask({ type: 'AddChannel', data: { tenant: 'acme', channelId, channel: settings(ref, changes) } });
  const test = (channelId: string, tenant = 'acme') => ask({ type: 'TestChannel', data: { tenant, channelId } });
  const outcomeOf = async (channelId: string) => {
    let found: { readonly type: string; readonly data: object } | undefined;
    await house.until(`a message on ${channelId} has an outcome`, async () => {
      found = (await house.facts()).findLast(
        ({ type, data }) => /^Delivery(?!Intended)/.test(type) && 'channelId' in data && data.channelId === channelId,
      );
      return found !== undefined;
    });
    return found;
  };

  it('are open as soon as they are there, and a test reaches them', async () => {
    writeFileSync(join(secrets, 'acme.bot'), 'xoxb-one\n');
    expect(await add('acme-desk', 'acme.bot')).toMatchObject({ result: 'done' });
    expect(await test('acme-desk')).toMatchObject({ result: 'done' });

    expect(await outcomeOf('acme-desk')).toMatchObject({
      type: 'DeliverySucceeded',
      data: { attempts: 1, receipt: 'C1/1399372300.000100' },
    });
    expect(slack.calls).toHaveLength(1);
    expect(slack.calls[0]?.headers.authorization).toBe('Bearer xoxb-one');
    expect(JSON.stringify(slack.calls[0]?.body)).toContain('Test: Trading desk');
  });

  it('have their secret nowhere but in its file', async () => {
    const said = JSON.stringify(await house.facts());
    expect(said).toContain('acme.bot');
    expect(said).not.toContain('xoxb');
  });

  it('that are broken say why, and work once that is mended', async () => {
    await add('acme-late', 'acme.later');
    await test('acme-late');
    expect(await outcomeOf('acme-late')).toMatchObject({
      type: 'DeliveryFailed',
      data: { message: "the channel 'acme-late' is broken: the secret 'acme.later' cannot be read", permanent: false },
    });

    writeFileSync(join(secrets, 'acme.later'), 'xoxb-two');
    await house.until('the message has arrived', () =>
      slack.calls.some((call) => call.headers.authorization === 'Bearer xoxb-two'),
    );
  });

  it('do as the newest change says', async () => {
    writeFileSync(join(secrets, 'acme.third'), 'xoxb-three');
    await add('acme-third', 'acme.third');
    const elsewhere = settings('acme.third', { target: { kind: 'slack', channel: 'C2', api: slack.url } });
    const change = {
      type: 'ChangeChannel',
      data: { tenant: 'acme', channelId: 'acme-third', channel: elsewhere },
    } as const;
    expect(await ask(change)).toMatchObject({ result: 'done' });
    expect(await ask(change)).toMatchObject({ result: 'unchanged' });
    await test('acme-third');
    await outcomeOf('acme-third');
    expect(slack.calls.map(({ body }) => body['channel'])).toEqual(['C2']);

    const off = { ...elsewhere, enabled: false };
    await ask({ type: 'ChangeChannel', data: { tenant: 'acme', channelId: 'acme-third', channel: off } });
    expect(await test('acme-third')).toMatchObject({ refused: 'channel-off' });
  });

  it('that are removed are gone, and their ids stay their tenant’s', async () => {
    await add('acme-gone', 'acme.bot');
    await ask({ type: 'RemoveChannel', data: { tenant: 'acme', channelId: 'acme-gone', reason: 'It is over.' } });
    expect(await test('acme-gone')).toMatchObject({ refused: 'channel-unknown' });
    const taken = {
      type: 'AddChannel',
      data: { tenant: 'other', channelId: 'acme-gone', channel: settings('other.1') },
    } as const;
    expect(await ask(taken)).toMatchObject({ refused: 'channel-taken' });
    const { rows } = await house.database().query("SELECT FROM known_channel WHERE channel_id = 'acme-gone'");
    expect(rows).toEqual([]);
  });

  it('cannot be tried by another tenant, nor made of an id that the operator wired', async () => {
    expect(await test('acme-desk', 'other')).toMatchObject({ refused: 'channel-unknown' });
    expect(await add('ops-log', 'acme.bot')).toMatchObject({ refused: 'channel-taken' });
    expect(await add('acme-odd', 'other.bot')).toMatchObject({ refused: 'channel-invalid' });
    expect(await test('ops-log', 'shared')).toMatchObject({ result: 'done' });
  });

  it('are open again after a restart, before anything is sent', async () => {
    await house.stop();
    await house.start();
    await test('acme-desk');
    await house.until('the message has arrived', () => slack.calls.length > 0);
    const failed = (await house.facts()).filter(
      ({ type, data }) => type === 'DeliveryFailed' && 'channelId' in data && data.channelId === 'acme-desk',
    );
    expect(failed).toEqual([]);
  });

  it('rewrite their first message about an episode when it is over, unless it is about others too', async () => {
    const send = async (kind: 'escalation' | 'restoration', ...episodes: readonly string[]): Promise<void> => {
      const [episodeId = ''] = episodes;
      const notificationId = `esc:${episodes.join('+')}:${kind}:acme-desk:0`;
      const told = {
        level: kind === 'escalation' ? 'ERROR' : 'INFO',
        scope: 'pair-EURUSD-15m',
        repeatIndex: 0,
      } as const;
      const letter: DeliveryIntendedData = {
        ...told,
        notificationId,
        channelId: 'acme-desk',
        channelKind: 'slack',
        kind,
        episodeId,
        title: kind,
        text: kind,
        members: episodes.map((id) => ({ ...told, episodeId: id, about: id })),
        facts: {},
        simulated: false,
        tenant: 'acme',
        at: instant('2014-05-06T10:00:00Z'),
      };
      const intention = to(delivery, notificationId, { type: 'Intend', data: letter });
      await house
        .get<EventLog>(EventLog)
        .perform([{ causeId: notificationId, time: letter.at, intentions: [intention] }]);
      await house.until(`${notificationId} is delivered`, async () =>
        (await house.facts()).some(
          ({ type, data }) =>
            type === 'DeliverySucceeded' && 'notificationId' in data && data.notificationId === notificationId,
        ),
      );
    };
    const methods = () => slack.calls.splice(0).map(({ path }) => path.slice(path.lastIndexOf('.') + 1));

    await send('escalation', 'alone');
    await send('restoration', 'alone');
    expect(methods()).toEqual(['postMessage', 'update', 'postMessage']);
    await send('escalation', 'one', 'other');
    await send('restoration', 'one');
    expect(methods()).toEqual(['postMessage', 'postMessage']);
    await send('restoration', 'one', 'other');
    expect(methods()).toEqual(['update', 'postMessage']);
  });

  it('are told of episodes, in the name of their tenant', async () => {
    const raised: EpisodeRaised = {
      type: 'EpisodeRaised',
      data: {
        scope: 'pair-EURUSD-15m',
        scopeKind: 'pair',
        episodeId: 'e1',
        from: 'INFO',
        to: 'CRITICAL',
        cause: 'A bar could not be fetched.',
        causeEventIds: [],
        openedAt: instant('2014-05-06T10:00:00Z'),
        reopenOf: null,
        simulated: false,
        at: instant('2014-05-06T10:00:00Z'),
      },
    };
    const now = raised.data.at;
    const clock = { clock: 'virtual', now, because: 'The story begins.' } as const;
    await house.say('ingestion', now, { type: 'ClockAdvanced', data: clock });
    await house.say('escalation', now, raised);
    await house.until('the desk has been told', () =>
      slack.calls.some(({ body }) => JSON.stringify(body).includes('CRITICAL: EURUSD')),
    );
  });
});
