import { Reach } from '@tocsin/outbound';
import { findGoTool } from '@tocsin/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlertmanagerChannel } from '../src/outbound/channels/alertmanager/alertmanager.channel.ts';
import { Secrets } from '../src/outbound/channels/secrets.ts';
import { letterOf } from '../src/templates/letters.fixture.ts';
import { until } from './receivers.ts';

const alertmanager = await findGoTool({
  name: 'alertmanager',
  module: 'github.com/prometheus/alertmanager/cmd/alertmanager',
  version: 'v0.28.1',
});

type Alert = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generatorURL: string;
};

/** The real thing, asked by its own API what it made of what it was told. */
if ('because' in alertmanager) console.info(`skipped: Alertmanager is not told, for ${alertmanager.because}`);
else
  describe('a real Alertmanager', () => {
    const directory = mkdtempSync(join(tmpdir(), 'tocsin-alertmanager-'));
    let server: ChildProcess;
    let url: string;
    let channel: AlertmanagerChannel;

    const freePort = async (): Promise<number> => {
      const probe = createServer();
      await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
      const { port } = probe.address() as AddressInfo;
      await new Promise((resolve) => probe.close(resolve));
      return port;
    };
    const firing = async (): Promise<readonly Alert[]> =>
      (await (await fetch(`${url}/api/v2/alerts?active=true`)).json()) as readonly Alert[];
    const spelt = async (): Promise<readonly string[]> =>
      (await firing()).map(({ labels }) => `${labels['scope'] ?? ''} ${labels['severity'] ?? ''}`).sort();

    beforeAll(async () => {
      const config = join(directory, 'alertmanager.yml');
      writeFileSync(config, 'route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n');
      const address = `127.0.0.1:${await freePort()}`;
      const flags = ['--config.file', config, '--storage.path', directory, '--cluster.listen-address='];
      server = spawn(alertmanager.path, [...flags, `--web.listen-address=${address}`], { stdio: 'ignore' });
      url = `http://${address}`;
      channel = new AlertmanagerChannel({
        id: 'desk',
        timeoutMs: 5_000,
        rate: { calls: 100, perMs: 250 },
        reach: new Reach(['127.0.0.0/8']),
        url,
        user: null,
        secrets: Secrets.none,
        isSecret: false,
      });
      await until(async () => {
        try {
          return (await fetch(`${url}/-/ready`)).ok;
        } catch {
          return false;
        }
      }, 'Alertmanager is ready');
    }, 30_000);
    afterAll(async () => {
      await channel.close();
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await gone;
      rmSync(directory, { recursive: true, force: true });
    });

    it('shows what stands, at the severity that it has, and no other', async () => {
      await channel.send({ ...letterOf('escalation', 'single'), level: 'WARN' });
      expect(await spelt()).toEqual(['pair-EURUSD-15m warning']);
      await channel.send(letterOf('escalation', 'single'));
      expect(await spelt()).toEqual(['pair-EURUSD-15m critical']);

      const [alert] = await firing();
      expect(alert?.labels).toMatchObject({ alertname: 'TocsinPair', tenant: 'shared', source: 'tocsin' });
      expect(alert?.annotations['summary']).toBe('CRITICAL: EURUSD 15m');
      expect(alert?.generatorURL).toBe('https://tocsin.example.org/episodes/pair-EURUSD-15m');
    });

    it('ends each alert of a group by itself, however its end is told', async () => {
      await channel.send(letterOf('escalation', 'group'));
      expect(await spelt()).toHaveLength(3);
      await channel.send(letterOf('restoration', 'single'));
      expect(await spelt()).toEqual(['pair-BRK=2EB-1d critical', 'pair-GBPUSD-15m critical']);
      await channel.send(letterOf('restoration', 'group'));
      expect(await spelt()).toEqual([]);
    });

    it.each(['reminder', 'acknowledgement', 'digest', 'test', 'success', 'signal'] as const)(
      'takes a letter of the kind %s',
      async (kind) => {
        expect(await channel.send(letterOf(kind, 'possible repeat'))).toBe('200');
      },
    );
  });
