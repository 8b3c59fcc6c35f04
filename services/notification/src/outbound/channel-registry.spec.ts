import type { ChannelSettings } from '@tocsin/contracts';
import { NoAnswer, Reach } from '@tocsin/outbound';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { ChannelRegistry, type MadeChannel } from './channel-registry.ts';
import { letter } from './channels/letter.fixture.ts';
import { LogChannel } from './channels/log/log.channel.ts';
import { SecretsDirectory } from './channels/secrets-directory.ts';
import { Vendor } from './channels/vendor.fixture.ts';
import { WiredChannels } from './wired-channels.ts';

const secretOf = (seed: number): string => `whsec_${Buffer.alloc(32, seed).toString('base64')}`;

/** A real receiver, real files. */
describe('the registry of channels', () => {
  let receiver: Vendor;
  let directory: string;
  let registry: ChannelRegistry;
  let made: MadeChannel[];
  const said: string[] = [];
  const say = (facts: object, message: string): void => {
    said.push(`${message} ${'because' in facts ? String(facts.because) : ''}`.trim());
  };

  beforeEach(async () => {
    receiver = await Vendor.open(() => ({ status: 200 }));
    directory = mkdtempSync(join(tmpdir(), 'tocsin-secrets-'));
    made = [];
    said.length = 0;
    const log = { info: say, warn: say, error: say };
    registry = new ChannelRegistry({
      wired: new WiredChannels([new LogChannel('ops-log', log)], []),
      read: () => Promise.resolve(made),
      secrets: new SecretsDirectory(directory),
      surroundings: { reach: new Reach(['127.0.0.0/8']), timeoutMs: 2_000, post: null },
      log,
    });
  });
  afterEach(async () => {
    for (const channel of registry.all()) await channel.close?.();
    receiver.close();
    rmSync(directory, { recursive: true });
  });

  const write = (ref: string, text: string): void => {
    writeFileSync(join(directory, ref), text);
  };
  const hook = (changes: Partial<ChannelSettings> = {}, version = 1): MadeChannel => ({
    channelId: 'hook',
    tenant: 'acme',
    version,
    settings: {
      name: 'Hook',
      enabled: true,
      events: [],
      minLevel: 'INFO',
      success: 'restoration',
      signals: false,
      rate: { messages: 10, perMs: 1_000 },
      standby: false,
      target: { kind: 'webhook', url: `${receiver.url}/one` },
      secretRefs: [{ ref: 'acme.hook', until: null }],
      ...changes,
    },
  });
  const send = async () => registry.find('hook')?.channel.send(letter());
  const isSignedBy = (seed: number): boolean => {
    const { headers, body } = receiver.calls.at(-1) ?? {};
    try {
      new Webhook(secretOf(seed)).verify(JSON.stringify(body), headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  };

  it('opens, changes and closes channels as they come and go', async () => {
    write('acme.hook', secretOf(1));
    await registry.look();
    expect(registry.find('hook')).toBeNull();

    made = [hook()];
    await registry.look();
    await send();
    made = [hook({ target: { kind: 'webhook', url: `${receiver.url}/two` } }, 2)];
    await registry.look();
    await send();
    expect(receiver.calls.map(({ path }) => path)).toEqual(['/one', '/two']);
    expect(registry.of('acme').map(({ id }) => id)).toEqual(['hook']);
    expect(registry.of('shared').map(({ id }) => id)).toEqual(['ops-log']);

    made = [];
    await registry.look();
    expect(registry.find('hook')).toBeNull();
    expect(registry.find('ops-log')).not.toBeNull();
  });

  it('closes a channel that is turned off', async () => {
    write('acme.hook', secretOf(1));
    made = [hook()];
    await registry.look();
    made = [hook({ enabled: false }, 2)];
    await registry.look();
    expect(registry.find('hook')).toBeNull();
  });

  it('takes up a secret whose file has changed, and leaves alone what has not', async () => {
    write('acme.hook', secretOf(1));
    made = [hook()];
    await registry.look();
    await registry.look();
    await send();
    expect(isSignedBy(1)).toBe(true);

    write('acme.hook', `${secretOf(2)}\n`);
    await registry.look();
    await send();
    expect(isSignedBy(2)).toBe(true);
    expect(said).toEqual(['a channel is open', 'a channel is open']);
  });

  it('lets a send end by what it began with', async () => {
    write('acme.hook', secretOf(1));
    made = [hook()];
    await registry.look();
    const sending = send();
    made = [];
    await registry.look();
    expect(await sending).toBe('200');
  });

  it.each([
    ['is not there', null, "the secret 'acme.hook' cannot be read"],
    ['is empty', '\n', "the secret 'acme.hook' is empty, or longer than 8192 bytes"],
    ['is a book', 'x'.repeat(9_000), "the secret 'acme.hook' is empty, or longer than 8192 bytes"],
    ['cannot sign', 'my dog', 'a secret of a webhook is base64 of 24 to 64 bytes'],
  ])('has a channel broken whose secret %s, until it is mended', async (_, text, because) => {
    if (text !== null) write('acme.hook', text);
    made = [hook()];
    await registry.look();

    const sending = send();
    await expect(sending).rejects.toBeInstanceOf(NoAnswer);
    await expect(sending).rejects.toThrow(`the channel 'hook' is broken: ${because}`);
    expect(said).toEqual([`a channel is broken ${because}`]);

    write('acme.hook', secretOf(1));
    await registry.look();
    expect(await send()).toBe('200');
  });

  it('says which part of the house is missing', async () => {
    made = [hook({ target: { kind: 'email', to: ['a@x.org'] }, secretRefs: [] })];
    await registry.look();
    await expect(send()).rejects.toThrow('the house has no mail server');
  });

  it('opens every kind of channel', async () => {
    write('shared.token', 'a-token');
    write('shared.address', receiver.url);
    const token = [{ ref: 'shared.token', until: null }];
    const address = [{ ref: 'shared.address', until: null }];
    const targets: readonly Pick<ChannelSettings, 'target' | 'secretRefs'>[] = [
      { target: { kind: 'slack' }, secretRefs: address },
      { target: { kind: 'slack', channel: 'C1', api: receiver.url }, secretRefs: token },
      { target: { kind: 'discord' }, secretRefs: address },
      { target: { kind: 'pagerduty', api: receiver.url }, secretRefs: token },
      { target: { kind: 'ntfy', topic: 'desk', server: `${receiver.url}/` }, secretRefs: [] },
      { target: { kind: 'alertmanager', url: receiver.url }, secretRefs: token },
      { target: { kind: 'email', to: ['a@x.org'], from: 'b@x.org', server: 'smtp://127.0.0.1:9' }, secretRefs: [] },
    ];
    made = targets.map((target, index) => ({ ...hook(target), channelId: `c${index}` }));
    await registry.look();
    expect(registry.of('acme').map(({ kind }) => kind)).toEqual(targets.map(({ target }) => target.kind));
    expect(new Set(said)).toEqual(new Set(['a channel is open']));
  });
});
