import type {
  DeliveryGathered,
  DeliveryIntended,
  DeliverySucceeded,
  DeliveryUnknown,
  DeliveryWithdrawn,
} from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { Reach } from '@tocsin/outbound';
import { Registry } from 'prom-client';
import { letterAbout } from '../domain/deliveries/letters.fixture.ts';
import { Secrets } from './channels/secrets.ts';
import { WebhookChannel } from './channels/webhook/webhook.channel.ts';
import { DeliveryMetrics } from './delivery-metrics.ts';

describe('the metrics of deliveries', () => {
  it('count outcomes by the facts that they became, and show how each breaker stands', async () => {
    const secrets = Secrets.of(Buffer.alloc(32).toString('base64'));
    const reach = new Reach();
    const rate = { calls: 1, perMs: 250 };
    const webhook = new WebhookChannel({
      id: 'ops-webhook',
      url: 'http://127.0.0.1',
      secrets,
      timeoutMs: 1,
      rate,
      reach,
    });
    const registry = new Registry();
    const metrics = new DeliveryMetrics(registry, () => [webhook]);
    const ids = { notificationId: 'esc:e1:WARN:ops-webhook:0', channelId: 'ops-webhook', at: instant(0) };
    const succeeded: DeliverySucceeded = {
      type: 'DeliverySucceeded',
      data: { ...ids, attempts: 1, possibleRepeat: false, receipt: null },
    };
    const unknown: DeliveryUnknown = { type: 'DeliveryUnknown', data: { ...ids, because: 'The process ended.' } };

    const withdrawn: DeliveryWithdrawn = {
      type: 'DeliveryWithdrawn',
      data: { ...ids, because: 'episode-over', mayHaveArrived: false },
    };
    const gathered: DeliveryGathered = { type: 'DeliveryGathered', data: { ...ids, into: 'dig:1:ops-webhook:0' } };
    const intended: DeliveryIntended = { type: 'DeliveryIntended', data: letterAbout(1) };

    metrics.count([intended, succeeded, unknown, withdrawn, gathered]);

    const text = await registry.metrics();
    await webhook.close();
    expect(text).toContain('tocsin_notification_attempts_total{channel="ops-webhook",result="SUCCEEDED"} 1');
    expect(text).toContain('tocsin_notifications_final_total{result="succeeded"} 1');
    expect(text).toContain('tocsin_notifications_final_total{result="unknown"} 1');
    expect(text).toContain('tocsin_notifications_final_total{result="withdrawn"} 1');
    expect(text).toContain('tocsin_notifications_final_total{result="gathered"} 1');
    expect(text).toContain('tocsin_circuit_breaker_state{target="ops-webhook"} 0');
    expect(text).toContain('tocsin_circuit_breaker_failures_total{target="ops-webhook"} 0');
  });
});
