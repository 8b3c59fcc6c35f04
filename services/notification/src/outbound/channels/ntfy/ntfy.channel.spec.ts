import { Rejected } from '@tocsin/domain-kit';
import { letterOf } from '../../../templates/letters.fixture.ts';
import { Secrets } from '../secrets.ts';
import { manners, Vendor } from '../vendor.fixture.ts';
import { NtfyChannel } from './ntfy.channel.ts';

describe('the ntfy channel', () => {
  let ntfy: Vendor;
  beforeEach(async () => {
    ntfy = await Vendor.open(() => ({ status: 200, body: { id: 'xE73Iyuabi', event: 'message' } }));
  });
  afterEach(() => {
    ntfy.close();
  });
  const send = async (token: string | null, ...letters: Parameters<NtfyChannel['send']>[0][]) => {
    const secrets = token === null ? Secrets.none : Secrets.of(token);
    const channel = new NtfyChannel({
      ...manners('desk'),
      server: ntfy.url,
      topic: 'desk',
      secrets,
      isSecret: token !== null,
    });
    try {
      const receipts: (string | null)[] = [];
      for (const letter of letters) receipts.push(await channel.send(letter));
      return receipts;
    } finally {
      await channel.close();
    }
  };

  it('publishes at the root, by priority, and keeps the id of the message', async () => {
    expect(await send(null, letterOf('escalation', 'single'))).toEqual(['xE73Iyuabi']);
    const [call] = ntfy.calls;
    expect(call?.path).toBe('/');
    expect(call?.headers).not.toHaveProperty('authorization');
    expect(call?.headers['x-sequence-id']).toBe('3f8a1c0b92d4e6f7');
    expect(call?.body).toMatchObject({ topic: 'desk', priority: 5, tags: ['rotating_light', 'escalation'] });
  });

  it('lets the end of an episode replace its alarm on the screen, and a group stand for itself', async () => {
    await send(
      'tk_secret',
      letterOf('escalation', 'single'),
      letterOf('restoration', 'single'),
      letterOf('escalation', 'group'),
    );
    const [alarm, end, group] = ntfy.calls.map(({ body }) => body['sequence_id']);
    expect(end).toBe(alarm);
    expect(group).not.toBe(alarm);
    expect(ntfy.calls[0]?.headers.authorization).toBe('Bearer tk_secret');
  });

  it('takes a 403 for a final no, and waits at a 429', async () => {
    ntfy.answer = () => ({ status: 403, body: { code: 40_301, http: 403, error: 'forbidden' } });
    await expect(send('tk_secret', letterOf('escalation', 'single'))).rejects.toBeInstanceOf(Rejected);
    ntfy.answer = () => ({ status: 429, body: { code: 42_901, http: 429, error: 'limit reached' } });
    await expect(send(null, letterOf('escalation', 'single'))).rejects.toMatchObject({ reason: 'rate-limited' });
  });
});
