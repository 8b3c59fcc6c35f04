import { Rejected } from '@tocsin/domain-kit';
import { NoAnswer } from '@tocsin/outbound';
import { letterOf } from '../../../templates/letters.fixture.ts';
import { Secrets } from '../secrets.ts';
import { manners, Vendor } from '../vendor.fixture.ts';
import { PagerdutyChannel } from './pagerduty.channel.ts';

const KEY = 'e93facc04764012d7bfb002500d5d1a6';

describe('the PagerDuty channel', () => {
  let pagerduty: Vendor;
  let channel: PagerdutyChannel;
  beforeEach(async () => {
    pagerduty = await Vendor.open(({ body }) => ({
      status: 202,
      body: { status: 'success', message: 'Event processed', dedup_key: body['dedup_key'] },
    }));
    channel = new PagerdutyChannel({ ...manners('desk'), api: pagerduty.url, secrets: Secrets.of(KEY) });
  });
  afterEach(async () => {
    await channel.close();
    pagerduty.close();
  });
  const heard = () => pagerduty.calls.map(({ body }) => [body['event_action'], body['dedup_key']]);

  it.each([
    ['escalation', 'trigger'],
    ['reminder', 'trigger'],
    ['acknowledgement', 'acknowledge'],
    ['restoration', 'resolve'],
  ] as const)('of a letter of kind %s is told to %s the incident of the episode', async (kind, action) => {
    expect(await channel.send(letterOf(kind, 'single'))).toBe('3f8a1c0b92d4e6f7');
    expect(heard()).toEqual([[action, '3f8a1c0b92d4e6f7']]);
    const [call] = pagerduty.calls;
    expect(call?.path).toBe('/v2/enqueue');
    expect(call?.body['routing_key']).toBe(KEY);
  });

  it('is told of each episode of a group, so that each ends by itself', async () => {
    expect(await channel.send(letterOf('escalation', 'group'))).toBe('3 events');
    expect(heard().sort()).toEqual([
      ['trigger', '0f8a1c0b92d4e6f8'],
      ['trigger', '1f8a1c0b92d4e6f9'],
      ['trigger', '3f8a1c0b92d4e6f7'],
    ]);
  });

  it('is tried out without leaving anybody an incident', async () => {
    await channel.send(letterOf('test', 'single'));
    expect(heard().map(([action]) => action)).toEqual(['trigger', 'resolve']);
    expect(pagerduty.calls[0]?.body['payload']).toMatchObject({ severity: 'info' });
  });

  it('knows an invalid event from a bad moment, and never tells its key', async () => {
    pagerduty.answer = () => ({
      status: 400,
      body: { status: 'invalid event', message: 'Event object is invalid', errors: [`Invalid routing key ${KEY}`] },
    });
    const sending = channel.send(letterOf('escalation', 'single'));
    await expect(sending).rejects.toBeInstanceOf(Rejected);
    await expect(sending).rejects.toThrow('Event object is invalid');
    await expect(sending).rejects.not.toThrow(KEY);
    for (const status of [429, 500, 503]) {
      pagerduty.answer = () => ({ status });
      await expect(channel.send(letterOf('escalation', 'single'))).rejects.toBeInstanceOf(NoAnswer);
    }
  });

  it('is sent a letter again as a whole when some of it was not taken, with the same keys', async () => {
    let isWell = false;
    pagerduty.answer = ({ body }) => ({ status: isWell || body['dedup_key'] !== '0f8a1c0b92d4e6f8' ? 202 : 500 });
    await expect(channel.send(letterOf('escalation', 'group'))).rejects.toBeInstanceOf(NoAnswer);
    isWell = true;
    await channel.send(letterOf('escalation', 'group'));
    expect(new Set(heard().map(([, key]) => key)).size).toBe(3);
  });

  it('is given no more time for many events than for one', async () => {
    const hasty = new PagerdutyChannel({
      ...manners('desk'),
      timeoutMs: 200,
      api: pagerduty.url,
      secrets: Secrets.of(KEY),
    });
    pagerduty.answer = ({ body }) => (body['dedup_key'] === '0f8a1c0b92d4e6f8' ? null : { status: 202 });
    await expect(hasty.send(letterOf('escalation', 'group'))).rejects.toMatchObject({ reason: 'timeout' });
    await hasty.close();
  });
});
