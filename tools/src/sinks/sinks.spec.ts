import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync } from 'node:fs';
import { connect, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpSink } from './http-sink.ts';
import { Inbox, type Tally } from './inbox.ts';
import { isAuthentic } from './signature.ts';
import { createSmtpSink } from './smtp-sink.ts';

const inboxFile = (): string => join(mkdtempSync(join(tmpdir(), 'tocsin-sinks-')), 'sinks.jsonl');

const arrival = {
  channel: 'webhook',
  notificationId: 'esc:1:ERROR:webhook:0',
  title: 'ERROR: EURUSD 15m',
  text: 'Two bars failed.',
  isAuthentic: true,
  arrivedAt: '2026-03-02T09:30:00.000Z',
} as const;

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('an inbox', () => {
  it('counts messages by their ids, as a careful receiver does', () => {
    const inbox = new Inbox(inboxFile());
    for (const notificationId of ['a', 'b', 'a', null]) inbox.receive({ ...arrival, notificationId });
    inbox.receive({ ...arrival, notificationId: 'c', isAuthentic: false });
    expect(inbox.tally('webhook')).toEqual({ arrivals: 5, distinct: 3, suspect: 2, ids: ['a', 'b', 'c'] });
    expect(inbox.tally('email')).toEqual({ arrivals: 0, distinct: 0, suspect: 0, ids: [] });
  });

  it('still knows everything after a restart, but for a line that a crash cut short', () => {
    const file = inboxFile();
    new Inbox(file).receive(arrival);
    appendFileSync(file, '{"channel":"webh');
    new Inbox(file).receive({ ...arrival, notificationId: 'next' });
    expect(new Inbox(file).newest(10)).toEqual([{ ...arrival, notificationId: 'next' }, arrival]);
  });
});

describe('a signature', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const body = '{"test": 2432232314}';
  const at = 1_614_265_330;
  // Source of the vector: the documentation of the Standard Webhooks reference implementations.
  const signed = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: String(at),
    signatures: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };

  it('is right for the example that the reference implementations publish', () => {
    expect(isAuthentic(body, signed, secret, at)).toBe(true);
  });

  it.each([
    ['another body', '{"test": 1}', signed, at],
    ['another id', body, { ...signed, id: 'msg_other' }, at],
    ['a signature of another length', body, { ...signed, signatures: 'v1,g0hM9SsE' }, at],
    ['another version', body, { ...signed, signatures: signed.signatures.replace('v1,', 'v2,') }, at],
    ['no signature', body, { ...signed, signatures: '' }, at],
    ['a timestamp that is none', body, { ...signed, timestamp: 'today' }, at],
    ['an old one, replayed', body, signed, at + 301],
  ])('is wrong for %s', (_what, given, headers, nowS) => {
    expect(isAuthentic(given, headers, secret, nowS)).toBe(false);
  });
});

describe('the sinks', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const inbox = new Inbox(inboxFile());
  const http = createHttpSink(inbox, secret);
  const smtp = createSmtpSink(inbox);
  let url = '';

  beforeAll(async () => {
    url = `http://127.0.0.1:${await listening(http)}`;
    await listening(smtp.server);
  });
  afterAll(() => {
    http.close();
    http.closeAllConnections();
    smtp.close(() => undefined);
  });

  const tallies = async (): Promise<{ webhook: Tally; email: Tally }> =>
    (await (await fetch(`${url}/deliveries`)).json()) as { webhook: Tally; email: Tally };

  it('take a signed webhook, refuse an unsigned one, and show both', async () => {
    const body = JSON.stringify({ data: { title: 'CRITICAL: EURUSD 15m', text: 'Three bars failed.' } });
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`id-1.${timestamp}.${body}`).digest('base64');
    const headers = { 'webhook-id': 'id-1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };

    expect((await fetch(`${url}/webhook`, { method: 'POST', body, headers })).status).toBe(200);
    expect((await fetch(`${url}/webhook`, { method: 'POST', body, headers })).status).toBe(200);
    expect((await fetch(`${url}/webhook`, { method: 'POST', body: '<html>' })).status).toBe(401);
    expect((await tallies()).webhook).toEqual({ arrivals: 3, distinct: 1, suspect: 1, ids: ['id-1'] });
    expect(await (await fetch(url)).text()).toContain('CRITICAL: EURUSD 15m');
  });

  it('refuse a body above one megabyte, and what they do not know', async () => {
    expect((await fetch(`${url}/webhook`, { method: 'POST', body: 'x'.repeat(1024 * 1024 + 1) })).status).toBe(400);
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
  });

  it('take mail over SMTP, and tell it by the notification’s id', async () => {
    const { port } = smtp.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    const mail = [
      ...[
        'Subject: =?utf-8?Q?ERROR:_EURUSD_=E2=86=93?=',
        'X-Tocsin-Notification-Id: esc:1:ERROR:email:0',
        '',
        'Two failed.',
      ],
      '.',
    ].join('\r\n');
    const sayings = ['EHLO test', 'MAIL FROM:<a@example.org>', 'RCPT TO:<b@example.org>', 'DATA', mail, 'QUIT'];
    for (const saying of sayings) {
      await once(socket, 'data');
      socket.write(`${saying}\r\n`);
    }
    await once(socket, 'close');

    expect((await tallies()).email).toEqual({ arrivals: 1, distinct: 1, suspect: 0, ids: ['esc:1:ERROR:email:0'] });
    expect(inbox.newest(1)[0]).toMatchObject({ title: 'ERROR: EURUSD ↓', text: 'Two failed.', isAuthentic: null });
  });
});
