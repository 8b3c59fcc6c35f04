import 'reflect-metadata';
import { POLICY_DEFAULTS } from '@tocsin/contracts';
import type { EventLog } from '@tocsin/event-log';
import type { House } from '@tocsin/testkit';
import { Api } from './api.ts';
import { DocumentedDoor } from './documented-door.ts';
import {
  after,
  barAt,
  deliveryDeadLettered,
  deliveryFailed,
  deliveryGathered,
  deliveryIntended,
  deliverySucceeded,
  episodeCleared,
  episodeRaised,
  feedAdded,
  notificationIdOf,
} from './facts.ts';
import { Ground } from './ground.ts';
import { noticeHeld, noticeQueued, noticeReleased, noticeTold } from './notice-facts.ts';
import { episodeCommented } from './people-facts.ts';
import { openQueryHouse } from './query-house.ts';
import { openSwitchboard, OVER } from './switchboard.ts';

type Page<Item = object> = { readonly items: readonly Item[] };

const member = (number: number) => {
  const { scope, episodeId } = episodeRaised(number).event.data;
  return { scope, episodeId, level: 'WARN', repeatIndex: 0, about: 'EURUSD 15m' } as const;
};

describe('what people were told', () => {
  let ground: Ground;
  let api: Api;
  beforeAll(async () => {
    ground = await Ground.open();
    await ground.hear(
      ...[episodeRaised(0), episodeCommented(0), episodeRaised(1), episodeCleared(1)],
      ...[noticeQueued(0), noticeHeld(0), noticeQueued(1), noticeHeld(1), noticeReleased(1), noticeTold(1)],
      // One message about both, and one of another tenant about the first.
      deliveryIntended(0, { members: [member(0), member(1)] }),
      deliverySucceeded(0),
      deliveryIntended(1, { members: [member(1)] }),
      deliveryDeadLettered(1),
      ...[deliveryIntended(2), deliveryGathered(2)],
      deliveryIntended(3, { tenant: 'acme', members: [member(0)] }),
    );
    api = await Api.open(ground.url);
    api.now = barAt(9).closeAt;
  });
  afterAll(async () => {
    await api.close();
    await ground.close();
  });

  const ids = async (url: string, tenant = 'shared') =>
    (await api.get(url, { headers: { 'tocsin-tenant': tenant } }))
      .json<Page<{ notification_id: string }>>()
      .items.map(({ notification_id }) => notification_id);

  it('is found by everything that a message is about, and by its own tenant', async () => {
    expect(await ids('/api/notifications?episode=episode-1')).toEqual([notificationIdOf(1), notificationIdOf(0)]);
    expect(await ids('/api/notifications?episode=episode-0')).toEqual([notificationIdOf(0)]);
    expect(await ids('/api/notifications', 'acme')).toEqual([notificationIdOf(3)]);
    expect((await api.read<Page>('/api/notifications?status=gathered')).items).toMatchObject([
      { gathered_into: 'digest:ops-log:1', members: [{ episode_id: 'episode-2' }] },
    ]);
    expect((await api.read<Page>('/api/notifications?status=delivered')).items).toMatchObject([
      { members: [{ episode_id: 'episode-0', about: 'EURUSD 15m' }, { episode_id: 'episode-1' }] },
    ]);
  });

  it('tells what is held back, and by what', async () => {
    expect((await api.read<Page>('/api/notices?status=held')).items).toMatchObject([
      { episode_id: 'episode-0', status: 'held', held: { by: 'silence', holder: 's-1', until: after(3_600) } },
    ]);
    expect((await api.read<Page>('/api/notices?episode=episode-1')).items).toMatchObject([
      { status: 'told', held: null, channels: [{ id: 'ops-log', kind: 'log' }] },
    ]);
  });

  it('is on the timeline of its episode, with what happened and what was decided', async () => {
    const lines = async (tenant: string) => {
      const answer = await api.get('/api/escalations/pair-EURUSD-15m', { headers: { 'tocsin-tenant': tenant } });
      const { timeline } = answer.json<{ timeline: { event: string; actor: string | null }[] }>();
      return timeline.map(({ event, actor }) => [event, actor]);
    };
    // The newest episode of the scope; at one moment, what is known of it before what is told.
    expect(await lines('shared')).toEqual([
      ['NoticeQueued', null],
      ['NoticeHeld', null],
      ['NoticeTold', null],
      ['DeliverySucceeded', 'ops-log'],
      ['EpisodeRaised', null],
      ['DeliveryDeadLettered', 'ops-log'],
      ['EpisodeCleared', null],
      ['NoticeReleased', null],
    ]);
    expect(await lines('acme')).toEqual([
      ['EpisodeRaised', null],
      ['EpisodeCleared', null],
    ]);
  });

  it('says of what arrived in the end with what receipt, and not why it had not before', async () => {
    const ground = await Ground.open();
    await ground.hear(
      ...[episodeRaised(0), deliveryIntended(0), deliveryFailed(0)],
      deliverySucceeded(0, { attempts: 2, receipt: '204' }),
    );
    const reading = await Api.open(ground.url);
    const { timeline } = await reading.read<{ timeline: object[] }>('/api/escalations/pair-EURUSD-15m');
    await reading.close();
    await ground.close();
    expect(timeline).toMatchObject([{ event: 'EpisodeRaised' }, { event: 'DeliverySucceeded', because: '204' }]);
  });

  it('keeps to the newest lines where nobody took an episode on for long', async () => {
    const long = await Ground.open();
    const told = Array.from({ length: 520 }, (_, n) => noticeTold(0, { at: after(n), repeatIndex: n }));
    await long.hear(episodeRaised(0, { at: after(0) }), ...told);
    const reading = await Api.open(long.url);
    try {
      const { timeline, timeline_left_out: leftOut } = await reading.read<{
        timeline: { at: string }[];
        timeline_left_out: number;
      }>('/api/escalations/pair-EURUSD-15m');
      expect([timeline.length, leftOut, timeline[0]?.at, timeline.at(-1)?.at]).toEqual([
        500,
        21,
        after(20),
        after(519),
      ]);
    } finally {
      await reading.close();
      await long.close();
    }
  });

  it('tells of what was given up whether it is still worth sending', async () => {
    const { items } = await api.read<Page>('/api/dead-letters');
    expect(items).toMatchObject([
      {
        ...{ notification_id: notificationIdOf(1), attempts: 42, error_message: 'answered 503' },
        relevance: {
          ...{ age_s: 7_200, is_too_old: false, is_over: true, standing: 0 },
          episodes: [{ episode_id: 'episode-1', status: 'cleared', level: 'INFO' }],
        },
      },
    ]);
    api.now = after(200_000);
    expect((await api.read<Page>('/api/dead-letters?channel=ops-log')).items).toMatchObject([
      { relevance: { is_too_old: true } },
    ]);
    expect((await api.read<Page>('/api/dead-letters?channel=other')).items).toEqual([]);
  });
});

/** Real NATS, real PostgreSQL, and a notification that does what it is asked. */
describe('a request about messages', () => {
  let house: House;
  let switchboard: EventLog;
  let door: DocumentedDoor;
  beforeAll(async () => {
    house = await openQueryHouse({ plays: ['ingestion', 'analysis', 'escalation'] });
    switchboard = await openSwitchboard(house.wiring('notification-0'));
    const { service, time, event } = feedAdded();
    await house.say(service, time, event);
    await house.quiet();
    door = await DocumentedDoor.of(house.url);
    // The ledger is a read model: what it holds of a message is all that the door needs.
    await house.database().query(
      `INSERT INTO delivery (notification_id, intent_id, tenant, channel_id, channel_kind, kind, scope, episode_id, members,
         level, repeat_index, title, text, facts, why, simulated, status, attempts, possible_repeat, intended_at, position)
       VALUES ('esc:e:ERROR:ops-log:0', 'i', 'shared', 'ops-log', 'log', 'escalation', 'service-x', 'e', '[]', 'ERROR', 0,
         't', 't', '{}', '[]', false, 'dead-lettered', 42, false, now(), 1)`,
    );
  });
  afterAll(async () => {
    await switchboard.close();
    await house.close();
  });

  const simulate = (body: object) => door.ask('post', { path: '/api/simulations', route: '/api/simulations', body });
  const redrive = (id: string, body: object) =>
    door.ask('post', {
      path: `/api/dead-letters/${encodeURIComponent(id)}/redrive`,
      route: '/api/dead-letters/{id}/redrive',
      body,
    });

  it('asks what another policy would have sent', async () => {
    const { routing: policy } = POLICY_DEFAULTS;
    const range = { from: '2014-05-06T10:00:00Z', to: '2014-05-07T10:00:00Z' };
    const asked = await simulate({ policy, ...range });
    expect(asked.body).toMatchObject({ command: 'RequestSimulation', status: 'done' });
    const id = String(asked.body['simulation_id']);
    const position = asked.headers.get('log-position') ?? '';
    const told = await fetch(`${house.url}/api/simulations/${id}?atLeast=${position}`);
    expect(await told.json()).toMatchObject({ simulation_id: id, status: 'running', from: '2014-05-06T10:00:00.000Z' });
    const wrong = await simulate({ policy: { ...policy, routes: {} }, quiet_hours: { zone: 1 }, ...range });
    const pointers = (wrong.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer);
    expect([wrong.status, pointers.some((each) => each.startsWith('/body/policy/routes'))]).toEqual([400, true]);
    expect(pointers).toContain('/body/quiet_hours/windows');
  });

  it('has a dead letter tried again, rehearsed, refused and insisted on', async () => {
    const id = 'esc:e:ERROR:ops-log:0';
    expect((await redrive(id, { reason: 'Back.', rehearse: true })).body).toMatchObject({ status: 'unchanged' });
    expect((await redrive(id, { reason: 'Back.' })).body).toMatchObject({ command: 'RedriveDelivery', status: 'done' });
    expect((await redrive(id, { reason: OVER })).body).toMatchObject({ status: 409, refused: 'episode-over' });
    expect((await redrive(id, { reason: OVER, force: true })).body).toMatchObject({ status: 'done' });
    expect((await redrive('esc:nothing', { reason: 'x' })).body).toMatchObject({ code: 'unknown-notification' });
    expect((await redrive(id, {})).body).toMatchObject({ code: 'invalid-body' });
  });
});
