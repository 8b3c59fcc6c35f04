import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pairOf } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { findAmtool } from './amtool.ts';
import { Api } from './api.ts';
import { barAt, deliveryIntended, episodeAcknowledged, episodeCleared, episodeRaised } from './facts.ts';
import { Ground } from './ground.ts';
import { noticeQueued, noticeTold } from './notice-facts.ts';

type Alert = {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
};

const [EURUSD, USDJPY, TROUBLE, OVER] = [0, 1, 2, 3].map((n) => `3f8a1c0b92d4e6f${n}`) as [
  string,
  string,
  string,
  string,
];

const about = (symbol: string, provider: string) => {
  const pair = pairOf(symbol, '15m');
  return { scope: `pair-${pair}`, subject: { pair, symbol, timeframe: '15m', provider } } as const;
};

/** Two pairs in trouble, the provider of one of them, and something that is over. */
const story = [
  episodeRaised(0, { ...about('EURUSD', 'recorded'), episodeId: EURUSD, to: 'ERROR', cause: 'Two "bars" failed.' }),
  episodeAcknowledged(0, { scope: 'pair-EURUSD-15m', episodeId: EURUSD }),
  episodeRaised(1, { ...about('USDJPY', 'kraken'), episodeId: USDJPY }),
  episodeRaised(2, {
    ...{ scope: 'provider-kraken', scopeKind: 'provider', episodeId: TROUBLE, to: 'CRITICAL' },
    subject: { provider: 'kraken' },
  }),
  episodeRaised(3, { ...about('GBPUSD', 'recorded'), episodeId: OVER }),
  episodeCleared(3, { scope: 'pair-GBPUSD-15m', episodeId: OVER }),
  ...[noticeQueued, noticeTold].map((said) =>
    said(0, { notice: 'shared/pair-EURUSD-15m', scope: 'pair-EURUSD-15m', episodeId: EURUSD }),
  ),
  deliveryIntended(0, { episodeId: EURUSD }),
];

describe('Alertmanager’s API', () => {
  let ground: Ground;
  let api: Api;
  beforeAll(async () => {
    ground = await Ground.open();
    await ground.hear(...story);
    api = await Api.open(ground.url, { clock: 'wall' });
  });
  afterAll(async () => {
    await api.close();
    await ground.close();
  });

  const found = async (query = '') =>
    (await api.read<readonly Alert[]>(`/api/v2/alerts${query}`)).map(({ fingerprint }) => fingerprint);
  const filter = (text: string) => `filter=${encodeURIComponent(text)}`;

  it('shows what is open, with labels, who was told, and what stands for what', async () => {
    const alerts = await api.read<readonly Alert[]>('/api/v2/alerts');
    expect(alerts).toMatchObject([
      {
        ...{ fingerprint: EURUSD, startsAt: barAt(0).closeAt, receivers: [{ name: 'tocsin' }, { name: 'ops-log' }] },
        labels: { alertname: 'TocsinPair', severity: 'error', symbol: 'EURUSD', tenant: 'shared' },
        annotations: { summary: 'Two "bars" failed.', acknowledged_by: 'dana' },
        status: { state: 'active', silencedBy: [], inhibitedBy: [] },
      },
      { fingerprint: USDJPY, status: { state: 'suppressed', inhibitedBy: [TROUBLE] } },
      { fingerprint: TROUBLE, labels: { alertname: 'TocsinProvider', severity: 'critical' } },
    ]);
    expect((await api.get('/api/v2/alerts')).headers).toMatchObject({
      ...{ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    });
  });

  it('shows what is asked for, and passes over what it does not know', async () => {
    expect(await found('?inhibited=false')).toEqual([EURUSD, TROUBLE]);
    expect(await found('?active=false&muted=true')).toEqual([USDJPY]);
    expect(await found(`?${filter('symbol=~"EUR.*|USD.*"')}&${filter('provider!=recorded')}`)).toEqual([USDJPY]);
    expect(await found(`?${filter('symbol=~EUR')}`)).toEqual([]);
    expect(await found('?receiver=ops-.%2B')).toEqual([EURUSD]);
    expect(await found('?receiver=')).toHaveLength(3);
  });

  it('groups by receiver and by what a message is about', async () => {
    type Group = { receiver: { name: string }; labels: object; alerts: readonly Alert[] };
    const groups = await api.read<readonly Group[]>('/api/v2/alerts/groups?inhibited=false');
    expect(
      groups.map(({ receiver, labels, alerts }) => [receiver.name, labels, alerts.map((alert) => alert.fingerprint)]),
    ).toEqual([
      ['ops-log', { tenant: 'shared', scope_kind: 'pair', provider: 'recorded', severity: 'error' }, [EURUSD]],
      ['tocsin', { tenant: 'shared', scope_kind: 'pair', provider: 'recorded', severity: 'error' }, [EURUSD]],
      ['tocsin', { tenant: 'shared', scope_kind: 'provider', provider: 'kraken', severity: 'critical' }, [TROUBLE]],
    ]);
  });

  it.each([
    '?active=maybe',
    `?${filter('no condition')}`,
    `?${filter('symbol=~"EUR("')}`,
    '?receiver=%5B',
    `?${filter('a="b')}`,
    '?active=true&active=',
  ])('says in a sentence that it cannot read %s', async (query) => {
    for (const path of ['/api/v2/alerts', '/api/v2/alerts/groups']) {
      const answer = await api.get(`${path}${query}`);
      expect([answer.statusCode, typeof answer.json()]).toEqual([400, 'string']);
    }
  });

  it('answers whatever is asked, or says that it cannot read it', async () => {
    const name = fc.constantFrom(
      'filter',
      'receiver',
      'active',
      'silenced',
      'inhibited',
      'unprocessed',
      '__proto__',
      'x',
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('a=b', 'a=~"["', 'a!~(?<x>b)', 'a="\\', '\u0000=x', 'true', `a=~"${'(a+)+'.repeat(20)}$"`),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 4 }), async (asked) => {
        const query = asked
          .map(([key, said]) => `${key}=${encodeURIComponent(said.replaceAll(/[\ud800-\udfff]/g, '?'))}`)
          .join('&');
        for (const path of ['/api/v2/alerts', '/api/v2/alerts/groups', '/api/v2/silences']) {
          const answer = await api.get(`${path}?${query}`);
          expect([query, [200, 400].includes(answer.statusCode), answer.statusCode]).toEqual([
            ...[query, true, answer.statusCode],
          ]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('tells its tools which API it is, with a configuration that they can read', async () => {
    const status = await api.read<{ config: { original: string } }>('/api/v2/status');
    expect(status).toMatchObject({ cluster: { status: 'disabled', peers: [] }, versionInfo: { version: '0.28.1' } });
    expect(status.config.original.split('\n').slice(-4)).toEqual([
      'receivers:',
      '  - name: tocsin',
      '  - name: ops-log',
      '',
    ]);
    expect(await api.read('/api/v2/receivers')).toEqual([{ name: 'tocsin' }, { name: 'ops-log' }]);
  });
});

describe('Alertmanager’s API over ten thousand open episodes', () => {
  it('answers within the five seconds that the database is given', async () => {
    const ground = await Ground.open();
    await ground.database.query(
      `INSERT INTO episode (episode_id, scope, scope_kind, status, level, peak, cause, cause_event_ids, opened_at,
         changed_at, tenant, subject, labels, simulated, position)
       SELECT lpad(to_hex(n), 16, '0'), 'pair-S' || n || '-15m', 'pair', 'open', 'ERROR', 'ERROR', 'c', '[]', now(), now(),
         'shared', jsonb_build_object('symbol', 'S' || n, 'provider', 'p' || n % 20), '{}', false, n
       FROM generate_series(1, 10000) n`,
    );
    await ground.database.query(
      `INSERT INTO notice (notice_id, tenant, scope, episode_id, kind, level, repeat_index, status, channels, first_at,
         changed_at, position)
       SELECT 'shared/pair-S' || n || '-15m|' || lpad(to_hex(n), 16, '0'), 'shared', 'pair-S' || n || '-15m',
         lpad(to_hex(n), 16, '0'), 'escalation', 'ERROR', 0, 'told', '[{"id":"ops-log"},{"id":"desk"}]', now(), now(), n
       FROM generate_series(1, 10000) n`,
    );
    await ground.database.query(
      `INSERT INTO silence (silence_id, tenant, kind, matchers, from_at, until_at, zone, comment, created_by, created_at,
         position)
       SELECT 's' || n, 'shared', 'silence', '[{"label":"symbol","op":"=~","value":"S1.*9"}]', '2000-01-01', '2099-01-01',
         'UTC', 'c', 'b', now(), n
       FROM generate_series(1, 20) n`,
    );
    const api = await Api.open(ground.url, { clock: 'wall' });
    try {
      for (const [path, alerts] of [
        ['/api/v2/alerts?receiver=desk&silenced=false', 9_889],
        ['/api/v2/alerts?filter=symbol%3DS77', 1],
      ] as const) {
        const found = await api.read<readonly Alert[]>(path);
        expect([path, found.length, found[0]?.receivers.length]).toEqual([path, alerts, 3]);
      }
    } finally {
      await api.close();
      await ground.close();
    }
  });
});

const tool = await findAmtool();
if ('because' in tool) console.info(`skipped: amtool is not asked, for ${tool.because}`);
else
  describe('amtool', () => {
    let ground: Ground;
    let api: Api;
    let url = '';
    beforeAll(async () => {
      ground = await Ground.open();
      await ground.hear(...story);
      api = await Api.open(ground.url);
      url = (await api.app?.listen(0, '127.0.0.1').then(() => api.app?.getUrl())) ?? '';
    });
    afterAll(async () => {
      await api.close();
      await ground.close();
    });

    const amtool = async (...words: readonly string[]): Promise<string> => {
      const { stdout } = await promisify(execFile)(tool.amtool, [`--alertmanager.url=${url}`, ...words]);
      return stdout;
    };
    const found = async (...words: readonly string[]) =>
      (JSON.parse(await amtool('-o', 'json', 'alert', 'query', ...words)) as readonly Alert[]).map(
        ({ fingerprint }) => fingerprint,
      );

    it('lists what is open and not held back', async () => {
      expect(await found()).toEqual([EURUSD, TROUBLE]);
      expect(await found('--inhibited', '--active')).toEqual([EURUSD, USDJPY, TROUBLE]);
      expect(await found('TocsinProvider')).toEqual([TROUBLE]);
      expect(await found('symbol=~EUR.*', 'severity="error"')).toEqual([EURUSD]);
      expect(await found('--receiver', 'ops-log')).toEqual([EURUSD]);
    });

    it('shows it to people', async () => {
      const shown = await amtool('-o', 'extended', 'alert', 'query', 'symbol=EURUSD');
      expect(shown).toMatch(/alertname="TocsinPair".*severity="error".*summary="Two "bars" failed\."/);
      expect(await amtool('cluster', 'show')).toMatch(/Cluster Status: +disabled/);
      expect(await amtool('config', 'show')).toContain('receiver: tocsin');
    });

    it('is told what it asked wrongly', async () => {
      await expect(amtool('alert', 'query', 'a=b', 'symbol=~"EUR("')).rejects.toThrow(/EUR/);
    });
  });
