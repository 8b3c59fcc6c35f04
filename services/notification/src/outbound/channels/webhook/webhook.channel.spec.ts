import { Rejected } from '@tocsin/domain-kit';
import { NoAnswer, Reach } from '@tocsin/outbound';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { letter } from '../letter.fixture.ts';
import { Secrets } from '../secrets.ts';
import { WebhookChannel } from './webhook.channel.ts';

const secret = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`;

const options = {
  id: 'ops-webhook',
  timeoutMs: 2_000,
  rate: { calls: 100, perMs: 250 },
  reach: new Reach(['127.0.0.0/8']),
};

/** A real receiver that verifies as Standard Webhooks says. */
describe('the webhook channel', () => {
  const heard: { headers: Record<string, string>; body: string }[] = [];
  let status = 200;
  let server: Server;
  let channel: WebhookChannel;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        heard.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString() });
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    channel = new WebhookChannel({ ...options, url, secrets: Secrets.of(secret) });
  });
  beforeEach(() => {
    heard.length = 0;
    status = 200;
  });
  afterAll(async () => {
    await channel.close();
    server.closeAllConnections();
    server.close();
  });

  it('sends what was decided, signed so that the receiver can verify it', async () => {
    expect(await channel.send(letter())).toBe('200');

    const [request] = heard;
    const verified = new Webhook(secret).verify(request?.body ?? '', request?.headers ?? {});
    expect(verified).toEqual({
      type: 'tocsin.notification.escalation',
      timestamp: '2014-05-06T10:31:40.000Z',
      data: {
        notification_id: 'esc:3f8a1c0b92d4e6f7:CRITICAL:webhook:0',
        level: 'CRITICAL',
        scope: 'pair-EURUSD-15m',
        episode_id: '3f8a1c0b92d4e6f7',
        repeat_index: 0,
        title: 'CRITICAL: EURUSD 15m (simulated)',
        text: 'EURUSD 15m: three bars in a row could not be fetched.',
        facts: { pair: 'EURUSD-15m', provider: 'simulated' },
        simulated: true,
      },
    });
    expect(request?.headers).toMatchObject({
      'webhook-id': 'esc:3f8a1c0b92d4e6f7:CRITICAL:webhook:0',
      'idempotency-key': 'esc:3f8a1c0b92d4e6f7:CRITICAL:webhook:0',
      'content-type': 'application/json',
    });
    expect(request?.headers).not.toHaveProperty('tocsin-possible-repeat');
  });

  it('repeats a letter with the same id and the same bytes, and says that it may be one', async () => {
    await channel.send(letter());
    await channel.send(letter({ isPossibleRepeat: true }));

    expect(heard[1]?.body).toBe(heard[0]?.body);
    expect(heard[1]?.headers['webhook-id']).toBe(heard[0]?.headers['webhook-id']);
    expect(heard[1]?.headers['tocsin-possible-repeat']).toBe('true');
  });

  it('does not take a 500 for a receipt, nor a 410', async () => {
    status = 500;
    await expect(channel.send(letter())).rejects.toThrow(NoAnswer);
    status = 410;
    await expect(channel.send(letter())).rejects.toThrow(Rejected);
  });

  it('is signed by every secret that is good, so that a receiver can change over in peace', async () => {
    const next = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    const over = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
    const secrets = new Secrets([
      { text: next, untilMs: null },
      { text: secret, untilMs: Date.now() + 60_000 },
      { text: over, untilMs: Date.now() - 1 },
    ]);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const rotating = new WebhookChannel({ ...options, url, secrets });
    await rotating.send(letter());
    await rotating.close();

    const [{ headers, body } = { headers: {}, body: '' }] = heard;
    for (const good of [next, secret]) expect(new Webhook(good).verify(body, headers)).toBeDefined();
    expect(() => new Webhook(over).verify(body, headers)).toThrow();
  });

  it('waits where all of its secrets are over', async () => {
    const secrets = new Secrets([{ text: secret, untilMs: Date.now() - 1 }]);
    const lapsed = new WebhookChannel({ ...options, url: 'http://127.0.0.1:9', secrets });
    await expect(lapsed.send(letter())).rejects.toThrow(NoAnswer);
    await lapsed.close();
  });

  it('does not reach the machine that it runs on, unless that is allowed', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const strangers = new WebhookChannel({ ...options, url, secrets: Secrets.of(secret), reach: new Reach() });
    await expect(strangers.send(letter())).rejects.toThrow(Rejected);
    await strangers.close();
    expect(heard).toEqual([]);
  });

  it('refuses a secret that is none', () => {
    expect(
      () => new WebhookChannel({ ...options, url: 'http://127.0.0.1', secrets: Secrets.of('not base64!') }),
    ).toThrow();
  });
});
