import { Rejected } from '@tocsin/domain-kit';
import { letterOf } from '../../../templates/letters.fixture.ts';
import { Secrets } from '../secrets.ts';
import { manners, Vendor } from '../vendor.fixture.ts';
import { DiscordChannel } from './discord.channel.ts';

describe('the Discord channel', () => {
  let discord: Vendor;
  let channel: DiscordChannel;
  beforeEach(async () => {
    discord = await Vendor.open(() => ({ status: 200, body: { id: '1234567890', type: 0 } }));
    channel = new DiscordChannel({
      ...manners('desk'),
      secrets: Secrets.of(`${discord.url}/api/webhooks/1/secret-part?thread_id=5`),
    });
  });
  afterEach(async () => {
    await channel.close();
    discord.close();
  });

  it('waits until it is posted, and keeps the id of the message', async () => {
    expect(await channel.send(letterOf('escalation', 'group'))).toBe('1234567890');
    const [call] = discord.calls;
    expect(call?.path).toBe('/api/webhooks/1/secret-part?thread_id=5&wait=true');
    expect(call?.body).toMatchObject({ allowed_mentions: { parse: [] }, embeds: [{ title: 'CRITICAL: EURUSD 15m' }] });
  });

  it.each([
    [{ retry_after: 64.57, global: false }, {}, 64_570],
    [{ retry_after: 0.3, global: true }, { 'retry-after': '1' }, 1_000],
    ['<html>cloudflare</html>', { 'retry-after': '600' }, 600_000],
    [{}, {}, null],
  ])('asked to wait by %j and %j, waits %s ms', async (body, headers, askedMs) => {
    discord.answer = () => ({ status: 429, headers, body });
    await expect(channel.send(letterOf('escalation', 'single'))).rejects.toMatchObject({
      reason: 'rate-limited',
      askedMs,
    });
  });

  it('takes a webhook that was deleted for a final no, and does not tell its address', async () => {
    discord.answer = () => ({ status: 404, body: { message: 'Unknown Webhook', code: 10_015 } });
    const sending = channel.send(letterOf('escalation', 'single'));
    await expect(sending).rejects.toBeInstanceOf(Rejected);
    await expect(sending).rejects.toThrow('Unknown Webhook');
    await expect(sending).rejects.not.toThrow('secret-part');
  });
});
