import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { DeliveryIntendedData, RedriveDelivery } from '@tocsin/contracts';
import { letter, LetterHouse, over } from './letter-house.ts';

/** Letters that are intended by the test itself, on real servers; what became of their episodes is what escalation says. */
describe('a message that was given up', () => {
  let house: LetterHouse;
  let nats: NatsConnection;

  beforeEach(async () => {
    house = await LetterHouse.open();
    nats = await connect({ servers: house.service.natsUrl });
  });
  afterEach(async () => {
    await nats.close();
    await house.close();
  });

  it('T-47: is redriven once, though the request is published again long after', async () => {
    house.receiver.answer({ status: 410 }, { status: 200 });
    const [first, other] = [letter(1, { level: 'ERROR' }), letter(2, { level: 'ERROR' })];
    await house.intend(first);
    await house.workedOff();
    expect(await house.said(first)).toEqual(['DeliveryIntended', 'DeliveryFailed', 'DeliveryDeadLettered']);

    const request = redriveOf(first);
    await forgetIdsAtOnce();
    await house.ask(request, 'redrive-1');
    await house.until('it was taken', () => house.receiver.accepted.length === 1);
    await house.workedOff();
    // By then the same request is a new message to the stream.
    await house.ask(request, 'redrive-1');
    await house.ask(redriveOf(other), 'redrive-2');
    expect(await messagesIn('CMD_NOTIFICATION')).toBe(3);
    await house.until('the later request was handled', async () => (await house.handled()).length === 2);
    await house.workedOff();
    expect(await house.handled()).toMatchObject([
      { command: 'RedriveDelivery', commandId: 'redrive-1', result: 'done' },
      { command: 'RedriveDelivery', commandId: 'redrive-2', result: 'refused', refused: 'delivery-not-dead' },
    ]);
    expect(house.receiver.accepted).toEqual([first.notificationId]);
    expect((await house.said(first)).slice(3)).toEqual(['DeliveryRedriven', 'DeliverySucceeded']);
  });

  it('T-46: is not redriven when its episode is over, unless somebody insists', async () => {
    house.receiver.answer({ status: 410 }, { status: 200 });
    const dead = letter(1, { level: 'ERROR' });
    await house.intend(dead);
    await house.workedOff();
    await house.hear(over(1));
    await house.ask(redriveOf(dead, { rehearse: true }), 'r1');
    await house.ask(redriveOf(dead), 'r2');
    await house.ask(redriveOf(dead, { rehearse: true, force: true }), 'r3');
    await house.ask(redriveOf(dead, { force: true }), 'r4');
    await house.until('all was answered', async () => (await house.handled()).length === 4);
    expect((await house.handled()).map(({ result, refused }) => refused ?? result)).toEqual([
      'episode-over',
      'episode-over',
      'unchanged',
      'done',
    ]);
    await house.workedOff();
    // A late letter is compared with its episode; one that somebody insists on goes all the same.
    expect(house.receiver.accepted).toEqual([dead.notificationId]);
  });

  const redriveOf = (
    { notificationId, channelId }: DeliveryIntendedData,
    changes: Partial<RedriveDelivery['data']> = {},
  ): RedriveDelivery => ({
    type: 'RedriveDelivery',
    data: { notificationId, channelId, reason: 'The receiver is back.', ...changes },
  });
  const configOf = async (stream: string) => {
    const reply = await nats.request(`$JS.API.STREAM.INFO.${stream}`);
    return reply.json<{ readonly config: object; readonly state: { readonly messages: number } }>();
  };
  const messagesIn = async (stream: string): Promise<number> => (await configOf(stream)).state.messages;
  /** The stream remembers the ids of messages for two minutes; from now on, for a tenth of a second. */
  const forgetIdsAtOnce = async (): Promise<void> => {
    const { config } = await configOf('CMD_NOTIFICATION');
    const forgetful = JSON.stringify({ ...config, duplicate_window: 100_000_000 });
    const reply = await nats.request('$JS.API.STREAM.UPDATE.CMD_NOTIFICATION', forgetful);
    expect(reply.json()).not.toHaveProperty('error');
  };
});
