import type { EventLogHealth } from '@tocsin/event-log';
import { instant } from '@tocsin/domain-kit';
import { Registry } from 'prom-client';
import { registerLogMetrics } from '../metrics/log-metrics.ts';
import { countRequests } from './http-metrics.ts';
import { fastifyOf, openHttp } from './http-server.ts';
import { serveLookingIn } from './looking-in.ts';

const health: EventLogHealth = {
  service: 'analysis',
  isHolder: true,
  now: instant('2014-05-06T10:30:00Z'),
  obstacles: [],
  relay: { isHolder: true, position: 120, published: 100, halt: null, waitingFor: null, tailLosses: 3 },
  consumer: {
    isHolder: true,
    waitingFor: null,
    lanes: [{ lane: 'ingestion', position: 90, head: 97, lagEvents: 7, trouble: null, halt: null }],
    commandTrouble: null,
    parkedEvents: 2,
    parkedKeys: [{ entity: 'episode', key: 'service-a' }],
    steps: { count: 4, events: 90, secondsTotal: 0.5, lastMs: 12, failedDecisions: 0 },
  },
};

function open(reasons: readonly string[] = []) {
  const registry = new Registry();
  const http = fastifyOf(openHttp());
  countRequests(http, registry);
  registerLogMetrics(registry, () => health);
  serveLookingIn(http, 'analysis', () => reasons, registry);
  http.get('/api/bars/:id', (_request, reply) => void reply.send({}));
  http.get('/api/broken', () => {
    throw new Error('our fault');
  });
  return http;
}

describe('a service that is looked at', () => {
  it('is alive as long as it answers, and ready when nothing speaks against it', async () => {
    const http = open();
    expect((await http.inject('/healthz')).json()).toEqual({ status: 'alive', service: 'analysis' });
    const ready = await http.inject('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([200, { status: 'ready', service: 'analysis', reasons: [] }]);
  });

  it('says every reason why it is not ready', async () => {
    const because = ['lane LOG_INGESTION halted at position 7: foreign message; remedy: tocsin log repair'];
    const answer = await open(because).inject('/readyz');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({ status: 'not ready', service: 'analysis', reasons: because });
  });

  it('shows the state of the log in its metrics', async () => {
    const { body } = await open().inject('/metrics');
    expect(body.split('\n')).toEqual(
      expect.arrayContaining([
        'tocsin_lane_lag_events{lane="ingestion"} 7',
        'tocsin_journal_unpublished 20',
        'tocsin_log_tail_losses 3',
        'tocsin_parked_events 2',
        'tocsin_is_holder 1',
        'tocsin_step_duration_seconds_sum 0.5',
        'tocsin_step_duration_seconds_count 4',
        'tocsin_step_events_sum 90',
      ]),
    );
  });

  it('counts requests by route pattern, whatever is asked', async () => {
    const http = open();
    for (const path of ['/api/bars/1', '/api/bars/2', '/api/broken', '/nowhere/1', '/nowhere/2', '/healthz'])
      await http.inject(path);
    const { body } = await http.inject('/metrics');
    expect(
      body
        .split('\n')
        .filter((line) => /^tocsin_request(s|_errors)_total/.test(line))
        .sort(),
    ).toEqual([
      'tocsin_request_errors_total{method="GET",route="/api/broken"} 1',
      'tocsin_requests_total{method="GET",route="/api/bars/:id",status="2xx"} 2',
      'tocsin_requests_total{method="GET",route="/api/broken",status="5xx"} 1',
      'tocsin_requests_total{method="GET",route="unmatched",status="4xx"} 2',
    ]);
  });
});
