import { Rejected } from '@tocsin/domain-kit';
import { NoAnswer, Reach } from '@tocsin/outbound';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { letter } from '../letter.fixture.ts';
import { Secrets } from '../secrets.ts';
import { EmailChannel, type EmailOptions } from './email.channel.ts';

type Trouble = { readonly code: number; readonly for?: string } | null;

/** A real SMTP server on a real socket. */
describe('the email channel', () => {
  const mails: string[] = [];
  let trouble: Trouble = null;
  const closers: (() => unknown)[] = [];

  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    onRcptTo({ address }, _session, callback) {
      const { code, for: whom } = trouble ?? {};
      if (code === undefined || (whom !== undefined && whom !== address)) callback();
      else callback(Object.assign(new Error('not now, or never'), { responseCode: code }));
    },
    onData(stream, _session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString());
        callback(null, 'queued as 42');
      });
    },
  });
  const portOf = (listening: Server): number => (listening.address() as AddressInfo).port;
  const channelTo = (port: number, changes: Partial<EmailOptions> = {}): EmailChannel => {
    const channel = new EmailChannel({
      id: 'ops-email',
      rate: { calls: 100, perMs: 250 },
      smtpUrl: `smtp://127.0.0.1:${port}`,
      from: 'Tocsin <tocsin@example.org>',
      to: ['ops@example.org', 'desk@example.org'],
      timeoutMs: 2_000,
      user: null,
      secrets: Secrets.none,
      reach: new Reach(['127.0.0.0/8']),
      ...changes,
    });
    closers.push(() => channel.close());
    return channel;
  };
  let port: number;

  beforeAll(async () => {
    port = await new Promise<number>((resolve) => {
      const listening = server.listen(0, '127.0.0.1', () => {
        resolve(portOf(listening));
      });
    });
  });
  beforeEach(() => {
    mails.length = 0;
    trouble = null;
  });
  afterAll(async () => {
    for (const close of closers) await close();
    await new Promise<void>((resolve) => {
      server.close(resolve);
    });
  });
  const header = (mail: string | undefined, name: string): string | undefined =>
    new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(mail ?? '')?.[1]?.replace(/\r\n[ \t]/g, ' ');

  it('sends what was decided to everyone, and keeps the receipt', async () => {
    const receipt = await channelTo(port).send(letter());

    expect(receipt).toMatch(/^250 .*queued as 42/);
    const [mail] = mails;
    expect(header(mail, 'Subject')).toBe('CRITICAL: EURUSD 15m (simulated)');
    expect(header(mail, 'From')).toBe('Tocsin <tocsin@example.org>');
    expect(header(mail, 'To')).toBe('ops@example.org, desk@example.org');
    expect(header(mail, 'Auto-Submitted')).toBe('auto-generated');
    expect(header(mail, 'Message-ID')).toMatch(/^<[0-9a-f]{32}@example\.org>$/);
    expect(mail).toContain('three bars in a row could not be fetched');
    expect(mail).toContain('provider: simulated');
    expect(mail).not.toMatch(/possible repeat/i);
  });

  it('repeats a letter under the same Message-ID and says that it may be a repeat', async () => {
    const channel = channelTo(port);
    await channel.send(letter());
    await channel.send(letter({ isPossibleRepeat: true }));

    expect(header(mails[1], 'Message-ID')).toBe(header(mails[0], 'Message-ID'));
    expect(header(mails[1], 'Subject')).toBe('CRITICAL: EURUSD 15m (simulated) (possible repeat)');
    expect(mails[1]).toContain('nobody can tell whether this has reached you before');
  });

  it('makes one thread of an episode, and another Message-ID of another notification', async () => {
    const channel = channelTo(port);
    await channel.send(letter());
    await channel.send(letter({ notificationId: 'esc:3f8a1c0b92d4e6f7:INFO:email:0', kind: 'restoration' }));

    expect(header(mails[1], 'References')).toBe(header(mails[0], 'References'));
    expect(header(mails[1], 'Message-ID')).not.toBe(header(mails[0], 'Message-ID'));
  });

  it('takes a 4xx for something that another try may mend, and a 5xx for a final no', async () => {
    const channel = channelTo(port);
    trouble = { code: 451 };
    await expect(channel.send(letter())).rejects.toThrow(NoAnswer);
    trouble = { code: 550 };
    await expect(channel.send(letter())).rejects.toThrow(Rejected);
    expect(mails).toEqual([]);
  });

  it('counts a mail that only some were refused, and says so', async () => {
    trouble = { code: 550, for: 'desk@example.org' };
    expect(await channelTo(port).send(letter())).toMatch(/\(1 of 2 refused\)$/);
    expect(mails).toHaveLength(1);
  });

  it('gives up on a server that accepts and then says nothing, and on one that is not there', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const deaf = channelTo(portOf(silent), { timeoutMs: 100 });
    await expect(deaf.send(letter())).rejects.toMatchObject({ reason: 'timeout' });

    const gone = portOf(silent);
    await new Promise((resolve) => silent.close(resolve));
    await expect(channelTo(gone).send(letter())).rejects.toMatchObject({ reason: 'unreachable' });
  });

  it('signs in as its user with its secret, or as its address says', async () => {
    const users: string[] = [];
    const strict = new SMTPServer({
      hideSTARTTLS: true,
      onAuth({ username = '', password = '' }, _session, callback) {
        users.push(`${username} ${password}`);
        callback(null, { user: username });
      },
      onData(stream, _session, callback) {
        stream.resume().on('end', () => {
          callback();
        });
      },
    });
    const strictPort = await new Promise<number>((resolve) => {
      const listening = strict.listen(0, '127.0.0.1', () => {
        resolve(portOf(listening));
      });
    });
    closers.push(
      () =>
        new Promise<void>((resolve) => {
          strict.close(resolve);
        }),
    );

    const secrets = Secrets.of('pass word');
    await channelTo(strictPort, { user: 'tocsin', secrets }).send(letter());
    const smtpUrl = `smtp://mailer:of-the-house@127.0.0.1:${strictPort}`;
    await channelTo(strictPort, { smtpUrl }).send(letter());
    expect(users).toEqual(['tocsin pass word', 'mailer of-the-house']);
  });

  it('does not reach a server of this machine, unless that is allowed', async () => {
    const strangers = channelTo(port, { reach: new Reach() });
    await expect(strangers.send(letter())).rejects.toThrow(Rejected);
    expect(mails).toEqual([]);
  });

  it('sends text and a page, which say the same', async () => {
    await channelTo(port).send(letter());
    expect(mails[0]).toContain('Content-Type: text/plain');
    expect(mails[0]).toContain('Content-Type: text/html');
  });
});
