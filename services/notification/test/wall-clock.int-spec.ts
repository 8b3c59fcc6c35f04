import { POLICY_DEFAULTS, type EpisodeRaised, type Level } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import type { House } from '@tocsin/testkit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebhookReceiver } from './receivers.ts';
import { openNotificationHouse } from './notification-house.ts';

const secret = Buffer.alloc(32, 7).toString('base64');
const WAIT_MS = 1_500;

const house = POLICY_DEFAULTS['notification-defaults'];
const policy = {
  ...house,
  routes: { INFO: ['webhook'], WARN: ['webhook'], ERROR: ['webhook'], CRITICAL: 'all' },
  channels: house.channels.map((channel) => ({ ...channel, rate: { messages: 100, perMs: 250 } })),
  grouping: { waitMs: WAIT_MS, intervalMs: WAIT_MS, criticalIntervalMs: WAIT_MS },
};

/** Real PostgreSQL and NATS, a real receiver, and the time that it really is. */
describe('on the wall clock', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-wall-'));
  let receiver: WebhookReceiver;
  let service: House;

  beforeAll(async () => {
    const [policyFile, secretFile] = [join(dir, 'policy.json'), join(dir, 'secret')];
    writeFileSync(policyFile, JSON.stringify(policy));
    writeFileSync(secretFile, secret);
    receiver = await WebhookReceiver.open(secret);
    service = await openNotificationHouse(
      { WEBHOOK_URL: receiver.url, WEBHOOK_SECRET_FILE: secretFile, NOTIFICATION_POLICY_FILE: policyFile },
      { clock: 'wall' },
    );
  });
  afterAll(async () => {
    await service.close();
    receiver.close();
    rmSync(dir, { recursive: true });
  });
  beforeEach(() => {
    receiver.forget();
  });

  const raised = (symbol: string, to: Level): EpisodeRaised => {
    const at = instant(Date.now());
    return {
      type: 'EpisodeRaised',
      data: {
        scope: `pair-${symbol}-15m`,
        scopeKind: 'pair',
        subject: { symbol, timeframe: '15m', provider: 'kraken' },
        episodeId: symbol,
        from: 'INFO',
        to,
        cause: 'A bar could not be fetched.',
        causeEventIds: [],
        reopenOf: null,
        openedAt: at,
        simulated: false,
        at,
      },
    };
  };

  it('what is below CRITICAL waits for company, and is told together when the wait is over', async () => {
    const startedMs = performance.now();
    await service.say('escalation', instant(Date.now()), raised('A', 'WARN'), raised('B', 'WARN'));
    await service.until('a message arrives', () => receiver.accepted.length > 0);
    expect(performance.now() - startedMs).toBeGreaterThan(WAIT_MS - 100); // Timers and this clock differ a little.
    expect(receiver.accepted).toEqual(['esc:A:WARN:ops-webhook:0']);
    expect(receiver.received[0]?.body).toContain('2 pairs of kraken');
  });

  it('CRITICAL does not wait, nor for what does', async () => {
    await service.say('escalation', instant(Date.now()), raised('C', 'ERROR'), raised('D', 'CRITICAL'));
    await service.until('both arrive', () => receiver.accepted.length === 2);
    expect(receiver.accepted).toEqual(['esc:D:CRITICAL:ops-webhook:0', 'esc:C:ERROR:ops-webhook:0']);
  });
});
