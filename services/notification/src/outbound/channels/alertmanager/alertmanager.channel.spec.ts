import { Rejected } from '@tocsin/domain-kit';
import { letterOf } from '../../../templates/letters.fixture.ts';
import { Secrets } from '../secrets.ts';
import { manners, Vendor } from '../vendor.fixture.ts';
import { AlertmanagerChannel } from './alertmanager.channel.ts';

type Alert = { readonly labels: Record<string, string>; readonly endsAt: string };

describe('the Alertmanager channel', () => {
  let alertmanager: Vendor;
  beforeEach(async () => {
    alertmanager = await Vendor.open(() => ({ status: 200 }));
  });
  afterEach(() => {
    alertmanager.close();
  });
  const send = async (
    { user, secret }: { readonly user: string | null; readonly secret: string | null },
    letter: Parameters<AlertmanagerChannel['send']>[0],
  ) => {
    const secrets = secret === null ? Secrets.none : Secrets.of(secret);
    const options = { url: `${alertmanager.url}/am`, user, secrets, isSecret: secret !== null };
    const channel = new AlertmanagerChannel({ ...manners('desk'), ...options });
    try {
      return await channel.send(letter);
    } finally {
      await channel.close();
    }
  };
  const nobody = { user: null, secret: null };
  const alerts = (): readonly Alert[] => alertmanager.calls.flatMap(({ body }) => body as unknown as Alert[]);
  const firing = (): readonly string[] =>
    alerts()
      .filter(({ endsAt }) => endsAt > new Date(Date.now() + 60_000).toISOString())
      .map(({ labels }) => `${labels['scope'] ?? ''} ${labels['severity'] ?? ''}`);

  it('is told which severity stands, and that the others do not', async () => {
    expect(await send(nobody, letterOf('escalation', 'group'))).toBe('200');
    expect(alertmanager.calls[0]?.path).toBe('/am/api/v2/alerts');
    expect(firing()).toEqual(['pair-EURUSD-15m critical', 'pair-GBPUSD-15m critical', 'pair-BRK=2EB-1d critical']);
    expect(alerts()).toHaveLength(12);
  });

  it('recognises at the end what was told at the beginning, however it was told', async () => {
    await send(nobody, letterOf('escalation', 'group'));
    const told = new Set(alerts().map(({ labels }) => JSON.stringify(labels)));
    alertmanager.calls.length = 0;
    await send(nobody, letterOf('restoration', 'single'));
    expect(firing()).toEqual([]);
    for (const { labels } of alerts()) expect(told).toContain(JSON.stringify(labels));
  });

  it('is signed in to as its user or with its token, and never told of in a fault', async () => {
    await send({ user: 'tocsin', secret: 'pass word' }, letterOf('escalation', 'single'));
    await send({ user: null, secret: 'a-token' }, letterOf('escalation', 'single'));
    expect(alertmanager.calls.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${Buffer.from('tocsin:pass word').toString('base64')}`,
      'Bearer a-token',
    ]);
    alertmanager.answer = () => ({ status: 400, body: 'bad a-token' });
    const sending = send({ user: null, secret: 'a-token' }, letterOf('escalation', 'single'));
    await expect(sending).rejects.toBeInstanceOf(Rejected);
    await expect(sending).rejects.not.toThrow('a-token');
  });
});
