import type {
  AcknowledgementExpired,
  EpisodeAcknowledged,
  EpisodeCleared,
  EpisodeRaised,
  Recorded,
} from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import type { Addressee } from '../domain/notices/heard.ts';
import type { NoticeCommand } from '../domain/notices/notice.commands.ts';
import type { Local } from '@tocsin/event-log';
import { EpisodeController } from './episode.controller.ts';

const envelope = {
  lane: 'LOG_ESCALATION',
  position: 7,
  key: 'pair-EURUSD-15m',
  id: '0c2e1d6f-7a53-5f0e-9a0b-54a8d9a0d5b1',
  service: 'escalation',
  tenant: 'shared',
  time: instant('2014-05-06T10:31:40Z'),
  recordedTime: instant('2014-05-06T10:31:40Z'),
  entityVersion: 3,
  correlationId: 'c1',
  causationId: null,
  actor: 'service:escalation',
  traceparent: '00-00000000000000000000000000000001-0000000000000001-01',
  schemaVersion: 1,
} as const;
const about = { scope: 'pair-EURUSD-15m', episodeId: 'e1', at: envelope.time } as const;
const opened = { ...about, scopeKind: 'pair', openedAt: envelope.time, cause: 'because', simulated: true } as const;

const raised: Recorded<EpisodeRaised> = {
  ...envelope,
  type: 'EpisodeRaised',
  data: { ...opened, from: 'INFO', to: 'WARN', causeEventIds: [], reopenOf: null },
};
const cleared: Recorded<EpisodeCleared> = {
  ...envelope,
  type: 'EpisodeCleared',
  data: { ...opened, peak: 'WARN', durationMs: 1 },
};
const acknowledged: Recorded<EpisodeAcknowledged> = {
  ...envelope,
  type: 'EpisodeAcknowledged',
  data: { ...about, by: 'dana', reason: 'I am on it.', until: envelope.time },
};
const expired: Recorded<AcknowledgementExpired> = {
  ...envelope,
  type: 'AcknowledgementExpired',
  data: { ...about, by: 'dana' },
};

describe('what escalation says', () => {
  const addressees: readonly Addressee[] = [
    { tenant: 'shared', routing: { version: 0, repeats: {} }, wishes: [] },
    { tenant: 'acme', routing: { version: 3, repeats: { ERROR: { everyMs: 60_000 } } }, wishes: [] },
  ];
  const controller = new EpisodeController(addressees, { clock: 'accelerated' });
  const nothingChosen: Local = { get: () => undefined };

  it('of a raise is brought to the notice of every tenant, with the policy that it begins with', () => {
    expect(controller.onEpisodeRaised(raised, nothingChosen).map(({ key, command }) => [key, command])).toEqual(
      addressees.map(({ tenant, routing }) => [
        `${tenant}/pair-EURUSD-15m`,
        { type: 'RaiseNotice', data: { tenant, routing, episode: raised.data, saidAt: raised.recordedTime } },
      ]),
    );
  });

  it.each([
    [
      'an end',
      'ClearNotice',
      () => controller.onEpisodeCleared(cleared, nothingChosen),
      { episode: cleared.data, saidAt: cleared.recordedTime },
    ],
    [
      'an acknowledgement',
      'AcknowledgeNotice',
      () => controller.onEpisodeAcknowledged(acknowledged, nothingChosen),
      { episode: acknowledged.data },
    ],
    [
      'its expiry',
      'ReawakenNotice',
      () => controller.onAcknowledgementExpired(expired, nothingChosen),
      { episode: expired.data },
    ],
  ] as const)('of %s becomes %s', (_, type, heard, data) => {
    expect(heard().map(({ command }) => command)).toEqual(
      addressees.map(({ tenant }) => ({ type, data: { tenant, ...data } })),
    );
  });

  it('is not known by its moment on the wall clock, except where history is played', () => {
    const onTheWall = new EpisodeController(addressees, { clock: 'wall' });
    const heard = [
      ...onTheWall.onEpisodeRaised(raised, nothingChosen),
      ...onTheWall.onEpisodeCleared(cleared, nothingChosen),
    ];
    expect(heard.map(({ command }) => (command as NoticeCommand).data)).toEqual(
      heard.map(() => expect.objectContaining({ saidAt: null }) as unknown),
    );
  });

  it("is brought to everyone who chose a channel, by the newest policy of each; what is one tenant's, to that one", () => {
    const chosen = {
      beta: { hasChannels: true, routing: { version: 4, repeats: {} }, wishes: {} },
      idle: { hasChannels: false, routing: { version: 1, repeats: {} }, wishes: {} },
      acme: { hasChannels: false, routing: { version: 9, repeats: {} }, wishes: {} },
    };
    const local = { get: () => chosen } as unknown as Local;
    const routings = (fact: typeof raised) =>
      controller.onEpisodeRaised(fact, local).map(({ command }) => {
        const { tenant, routing } = (command as Extract<NoticeCommand, { type: 'RaiseNotice' }>).data;
        return [tenant, routing.version];
      });
    expect(routings(raised)).toEqual([
      ['shared', 0],
      ['acme', 9],
      ['beta', 4],
    ]);
    expect(routings({ ...raised, data: { ...raised.data, tenant: 'beta' } })).toEqual([['beta', 4]]);
    expect(routings({ ...raised, data: { ...raised.data, tenant: 'nobody' } })).toEqual([['nobody', 0]]);
  });
});
