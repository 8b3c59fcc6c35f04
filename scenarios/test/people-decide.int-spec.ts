import { RunningHouse } from '../src/running-house.ts';

type Listed<Item> = { readonly items: readonly Item[] };
type Silence = { readonly silence_id: string; readonly state: string };
type Notice = { readonly scope: string; readonly held: { readonly by: string; readonly holder: string } };
type Alert = { readonly fingerprint: string; readonly status: { readonly state: string } };
type Episode = {
  readonly episode: { readonly episode_id: string; readonly status: string };
  readonly timeline: readonly { readonly event: string; readonly because: string | null }[];
};

const ALERT = {
  labels: { alertname: 'DiskFull', severity: 'critical', instance: 'db-1' },
  annotations: { summary: 'The disk is full.' },
};
const SILENT_MS = 8_000;

/** Every service as a process of its own, on the wall clock, with nothing to watch: only people and their tools act. */
describe('people and their tools', () => {
  let house: RunningHouse;
  beforeAll(async () => {
    house = await RunningHouse.openLive({ feeds: [] });
  }, 120_000);
  afterAll(() => house.close(), 60_000);

  /** The ids of what arrived about an episode, in the order of arrival. */
  const arrived = (episodeId: string): readonly string[] =>
    house.arrivals('webhook').filter((id) => id.includes(episodeId));

  it('have quiet for a while, are told then, take it on, end it, and are told that', async () => {
    const matchers = [{ label: 'instance', op: '=', value: 'db-1' }];
    const from = new Date().toISOString();
    await house.tell('/api/silences', { matchers, from, for_ms: SILENT_MS, comment: 'Works.' }, 'quiet');
    await house.tell('/api/v2/alerts', [ALERT], 'prometheus');

    const held = async () => (await house.ask<Listed<Notice>>('/api/notices?status=held')).items;
    await house.until('the alert is held back', async () => (await held()).length === 1);
    const [notice] = await held();
    const [silence] = (await house.ask<Listed<Silence>>('/api/silences')).items;
    expect(notice?.held).toMatchObject({ by: 'silence', holder: silence?.silence_id });
    const scope = notice?.scope ?? '';
    const look = () => house.ask<Episode>(`/api/escalations/${scope}`);
    const id = (await look()).episode.episode_id;
    expect(await house.ask<readonly Alert[]>('/api/v2/alerts')).toMatchObject([
      { fingerprint: id, status: { state: 'suppressed' } },
    ]);
    expect(arrived(id)).toEqual([]);

    await house.until('people are told', () => arrived(id).length === 1);
    expect(await house.ask<readonly Alert[]>('/api/v2/alerts')).toMatchObject([{ status: { state: 'active' } }]);
    await house.tell(`/api/escalations/${scope}/ack`, { reason: 'On it.' }, 'ack');
    await house.tell(`/api/escalations/${scope}/comment`, { text: 'Called them.' }, 'comment');
    await house.tell(`/api/escalations/${scope}/resolve`, { reason: 'Cleaned up.' }, 'resolve');
    await house.until('people are told that it is over', () => arrived(id).length === 2);

    await house.until('the ledger has it', async () => {
      const { timeline } = await look();
      return timeline.filter(({ event }) => event === 'DeliverySucceeded').length >= 2;
    });
    const { episode, timeline } = await look();
    expect([episode.status, new Set(arrived(id)).size]).toEqual(['cleared', 2]);
    const story = timeline
      .map(({ event }) => event)
      .filter((event) => /^(?:Episode|NoticeHeld|NoticeTold)/.test(event));
    expect(story).toEqual([
      ...['EpisodeRaised', 'NoticeHeld', 'NoticeTold', 'EpisodeAcknowledged', 'EpisodeCommented', 'EpisodeCleared'],
      'NoticeTold',
    ]);
    expect(await house.ask<readonly Alert[]>('/api/v2/alerts')).toEqual([]);
  }, 120_000);
});
