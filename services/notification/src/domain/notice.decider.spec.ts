import type { DeliveryIntended, EpisodeClearedData, EpisodeRaisedData, Level } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { noticeDecider, type NoticeCommand } from './notice.decider.ts';
import type { Routing } from './routing.ts';

const log = { id: 'log', kind: 'log', minLevel: 'INFO' } as const;
const webhook = { id: 'webhook', kind: 'webhook', minLevel: 'INFO' } as const;
const email = { id: 'email', kind: 'email', minLevel: 'INFO' } as const;

const routing: Routing = {
  routes: { INFO: ['log'], WARN: ['log'], ERROR: ['log', 'webhook', 'email'], CRITICAL: 'all' },
  channels: [log, webhook, email],
};
const { given } = specify(noticeDecider);

const openedAt = instant('2014-05-06T10:01:40Z');
const at = instant('2014-05-06T10:31:40Z');

const raise = (to: Level, changes: Partial<EpisodeRaisedData> = {}, by = routing): NoticeCommand => ({
  type: 'TellOfRaise',
  data: {
    episode: {
      scope: 'pair-EURUSD-15m',
      scopeKind: 'pair',
      episodeId: 'e1',
      from: 'INFO',
      to,
      cause: 'A bar could not be fetched',
      causeEventIds: [],
      reopenOf: null,
      openedAt,
      subject: { symbol: 'EURUSD', timeframe: '15m' },
      simulated: true,
      at,
      ...changes,
    },
    routing: by,
  },
});
const clear = (changes: Partial<EpisodeClearedData> = {}): NoticeCommand => ({
  type: 'TellOfClearing',
  data: {
    episode: {
      scope: 'pair-EURUSD-15m',
      scopeKind: 'pair',
      episodeId: 'e1',
      peak: 'CRITICAL',
      durationMs: 1_800_000,
      openedAt,
      cause: 'Two good bars in a row',
      simulated: true,
      at,
      ...changes,
    },
  },
});

/** What the decider says after a history of commands, and what it had said until then. */
function story(...commands: readonly NoticeCommand[]): { said: DeliveryIntended[]; last: DeliveryIntended[] } {
  let state = noticeDecider.initialState();
  const said: DeliveryIntended[] = [];
  let last: DeliveryIntended[] = [];
  for (const command of commands) {
    const facts = noticeDecider.decide(command, state);
    if (!Array.isArray(facts)) throw new Error('a notice never refuses');
    last = [...(facts as readonly DeliveryIntended[])];
    state = last.reduce(noticeDecider.evolve, state);
    said.push(...last);
  }
  return { said, last };
}
const told = (facts: readonly DeliveryIntended[]): string[] =>
  facts.map(({ data: { kind, level, channelId } }) => `${kind} ${level} ${channelId}`);

describe('a notice', () => {
  it.each([
    ['WARN', ['log']],
    ['ERROR', ['log', 'webhook', 'email']],
    ['CRITICAL', ['log', 'webhook', 'email']],
  ] as const)('of %s goes to %j', (level, channels) => {
    expect(told(story(raise(level)).last)).toEqual(channels.map((id) => `escalation ${level} ${id}`));
  });

  it('goes only to channels that exist', () => {
    expect(told(story(raise('CRITICAL', {}, { ...routing, channels: [log] })).last)).toEqual([
      'escalation CRITICAL log',
    ]);
  });

  it('carries an id that says what it is: episode, level, channel, repeat', () => {
    expect(story(raise('ERROR')).said.map(({ data }) => data.notificationId)).toEqual([
      'esc:e1:ERROR:log:0',
      'esc:e1:ERROR:webhook:0',
      'esc:e1:ERROR:email:0',
    ]);
  });

  it('is sent once, however often the raise is heard', () => {
    given(...story(raise('WARN')).said)
      .when(raise('WARN'))
      .thenNothing();
  });

  it('T-8: climbs with three failures through WARN and ERROR to CRITICAL, all channels once at CRITICAL', () => {
    const { said } = story(raise('WARN'), raise('ERROR', { from: 'WARN' }), raise('CRITICAL', { from: 'ERROR' }));
    expect(told(said)).toEqual([
      'escalation WARN log',
      'escalation ERROR log',
      'escalation ERROR webhook',
      'escalation ERROR email',
      'escalation CRITICAL log',
      'escalation CRITICAL webhook',
      'escalation CRITICAL email',
    ]);
  });

  it('tells exactly those who were told when it is over, and tells them once', () => {
    const { said, last } = story(raise('WARN'), clear({ peak: 'WARN' }));
    expect(told(last)).toEqual(['restoration INFO log']);
    expect(last[0]?.data.notificationId).toBe('esc:e1:INFO:log:0');
    given(...said)
      .when(clear())
      .thenNothing();

    expect(told(story(raise('WARN'), raise('ERROR'), clear()).last)).toEqual([
      'restoration INFO log',
      'restoration INFO webhook',
      'restoration INFO email',
    ]);
  });

  it('T-7: is not sent for the end of something that nobody was told of', () => {
    given().when(clear()).thenNothing();
    given(...story(raise('WARN')).said)
      .when(clear({ episodeId: 'another' }))
      .thenNothing();
  });

  it('T-9: says at most two things about a pair that flaps below ERROR', () => {
    const again = raise('WARN', { episodeId: 'e2', reopenOf: 'e1' });
    const andAgain = raise('WARN', { episodeId: 'e3', reopenOf: 'e2' });
    const over = (episodeId: string) => clear({ episodeId, peak: 'WARN' });
    const { said } = story(raise('WARN'), over('e1'), again, over('e2'), andAgain, over('e3'));
    expect(told(said)).toEqual(['escalation WARN log', 'restoration INFO log']);
  });

  it('breaks that silence when the episode that came back is worse than before', () => {
    const { said } = story(
      raise('WARN'),
      clear(),
      raise('WARN', { episodeId: 'e2', reopenOf: 'e1' }),
      raise('ERROR', { episodeId: 'e2', reopenOf: 'e1' }),
      clear({ episodeId: 'e2' }),
    );
    expect(told(said).slice(2)).toEqual([
      'escalation ERROR log',
      'escalation ERROR webhook',
      'escalation ERROR email',
      'restoration INFO log',
      'restoration INFO webhook',
      'restoration INFO email',
    ]);
  });

  it('starts anew with an episode that is a new story', () => {
    const { last } = story(raise('CRITICAL'), clear(), raise('WARN', { episodeId: 'e2' }));
    expect(told(last)).toEqual(['escalation WARN log']);
  });
});
