import { Rejected } from '@tocsin/domain-kit';
import { NoAnswer } from '@tocsin/outbound';
import { letterOf } from '../../../templates/letters.fixture.ts';
import { Secrets } from '../secrets.ts';
import type { Manners } from '../called.channel.ts';
import { manners, Vendor, type Call, type Reply } from '../vendor.fixture.ts';
import { SlackChannel } from './slack.channel.ts';

const TOKEN = 'xoxb-not-a-real-token';

describe('the Slack channel', () => {
  let slack: Vendor;
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  const channelOf = (channel: string | null, secret: string, changes: Partial<Manners> = {}): SlackChannel => {
    const made = new SlackChannel({
      ...manners('desk'),
      ...changes,
      channel,
      api: `${slack.url}/api`,
      secrets: Secrets.of(secret),
    });
    closers.push(() => made.close());
    return made;
  };
  const open = async (answer: (call: Call) => Reply | null): Promise<void> => {
    slack = await Vendor.open(answer);
    closers.push(() => {
      slack.close();
    });
  };

  describe('by an incoming webhook', () => {
    const hook = () => channelOf(null, `${slack.url}/services/T0/B0/secret-part`);

    it('posts blocks and text to its address', async () => {
      await open(() => ({ status: 200, body: 'ok' }));
      expect(await hook().send(letterOf('escalation', 'single'))).toBe('ok');
      expect(slack.calls).toEqual([
        expect.objectContaining({
          path: '/services/T0/B0/secret-part',
          body: {
            text: expect.stringContaining('CRITICAL: EURUSD 15m') as string,
            blocks: expect.any(Array) as object[],
          },
        }),
      ]);
    });

    // Source: docs.slack.dev, "Sending messages using incoming webhooks", handling errors.
    it.each([
      [400, 'invalid_payload', Rejected],
      [403, 'action_prohibited', Rejected],
      [404, 'channel_not_found', Rejected],
      [410, 'channel_is_archived', Rejected],
      [500, 'rollup_error', NoAnswer],
    ])('takes %d %s as it is meant', async (status, body, fault) => {
      await open(() => ({ status, body }));
      const sending = hook().send(letterOf('escalation', 'single'));
      await expect(sending).rejects.toBeInstanceOf(fault);
      await expect(sending).rejects.toThrow(body);
      await expect(sending).rejects.not.toThrow('secret-part');
    });

    it('waits as long as it is asked to', async () => {
      await open(() => ({ status: 429, headers: { 'retry-after': '30' } }));
      await expect(hook().send(letterOf('escalation', 'single'))).rejects.toMatchObject({
        reason: 'rate-limited',
        askedMs: 30_000,
      });
    });
  });

  describe('by a bot', () => {
    const bot = (changes: Partial<Manners> = {}) => channelOf('C0123456789', TOKEN, changes);
    const posted = { ok: true, channel: 'C0123456789', ts: '1399372300.000100' };

    it('posts to its channel, and keeps what Slack called the message', async () => {
      await open(() => ({ status: 200, body: posted }));
      expect(await bot().send(letterOf('escalation', 'single'))).toBe('C0123456789/1399372300.000100');
      const [call] = slack.calls;
      expect(call?.path).toBe('/api/chat.postMessage');
      expect(call?.headers.authorization).toBe(`Bearer ${TOKEN}`);
      expect(call?.body).toMatchObject({ channel: 'C0123456789', unfurl_links: false });
      expect(call?.body).not.toHaveProperty('thread_ts');
    });

    it('rewrites its first message when it is over, and says so in its thread', async () => {
      await open(() => ({ status: 200, body: posted }));
      await bot().send({ ...letterOf('restoration', 'single'), firstReceipt: 'C0123456789/1399371300.000200' });

      expect(slack.calls.map(({ path }) => path)).toEqual(['/api/chat.update', '/api/chat.postMessage']);
      expect(slack.calls[0]?.body).toMatchObject({ channel: 'C0123456789', ts: '1399371300.000200' });
      expect(JSON.stringify(slack.calls[0]?.body)).toContain('✅ Restored: EURUSD 15m');
      expect(slack.calls[1]?.body).toMatchObject({ thread_ts: '1399371300.000200', reply_broadcast: true });
    });

    it('posts the end as news where its first message is gone', async () => {
      await open(({ path }) => ({
        status: 200,
        body: path.endsWith('update') ? { ok: false, error: 'message_not_found' } : posted,
      }));
      await bot().send({ ...letterOf('restoration', 'single'), firstReceipt: 'C0123456789/1399371300.000200' });
      expect(slack.calls.map(({ path }) => path)).toEqual(['/api/chat.update', '/api/chat.postMessage']);
      expect(slack.calls[1]?.body).not.toHaveProperty('thread_ts');
    });

    it('takes no longer for two calls than for one, and does not wait for another turn between them', async () => {
      const restoration = { ...letterOf('restoration', 'single'), firstReceipt: 'C0123456789/1399371300.000200' };
      await open(() => ({ status: 200, body: posted }));
      await bot({ rate: { calls: 1, perMs: 3_600_000 } }).send(restoration);
      expect(slack.calls).toHaveLength(2);

      slack.answer = () => ({ status: 200, body: posted, afterMs: 200 }); // Each of them would be in time.
      await expect(bot({ timeoutMs: 300 }).send(restoration)).rejects.toMatchObject({ reason: 'timeout' });
    });

    it('keeps an episode in one thread, and shows in the channel too what everybody has to see', async () => {
      await open(() => ({ status: 200, body: posted }));
      const firstReceipt = 'C0123456789/1399371300.000200';
      for (const kind of ['escalation', 'reminder', 'acknowledgement', 'test'] as const)
        await bot().send({ ...letterOf(kind, 'single'), firstReceipt });
      const ts = '1399371300.000200';
      expect(slack.calls.map(({ body }) => [body['thread_ts'], body['reply_broadcast']])).toEqual([
        [ts, true],
        [ts, true],
        [ts, false],
        [undefined, undefined],
      ]);
    });

    // Source: docs.slack.dev, "chat.postMessage", errors: they come with a 200.
    it.each([
      ['channel_not_found', Rejected],
      ['invalid_auth', Rejected],
      ['not_in_channel', Rejected],
      ['msg_too_long', Rejected],
      ['internal_error', NoAnswer],
      ['service_unavailable', NoAnswer],
      ['ratelimited', NoAnswer],
    ])('does not take a 200 with %s for a receipt', async (error, fault) => {
      await open(() => ({ status: 200, body: { ok: false, error } }));
      const sending = bot().send(letterOf('escalation', 'single'));
      await expect(sending).rejects.toBeInstanceOf(fault);
      await expect(sending).rejects.toThrow(error);
    });

    it('does not take a page for a receipt', async () => {
      await open(() => ({ status: 200, body: '<html>a proxy</html>' }));
      await expect(bot().send(letterOf('escalation', 'single'))).rejects.toBeInstanceOf(NoAnswer);
    });

    it('never tells its token, even where Slack would', async () => {
      await open(() => ({ status: 400, body: `bad token ${TOKEN}` }));
      await expect(bot().send(letterOf('escalation', 'single'))).rejects.not.toThrow(TOKEN);
    });
  });
});
