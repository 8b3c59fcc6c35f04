import type { EpisodeRaisedData, Level } from '@tocsin/contracts';
import { instant, isRefusal, plusMs } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import type { NoticeCommand } from './notice.commands.ts';
import { noticeDecider } from './notice.decider.ts';
import type { NoticeEvent } from './notice.memory.ts';

const { given } = specify(noticeDecider);

const at = instant('2014-05-06T10:00:00Z');
const HOUR_MS = 3_600_000;
const later = plusMs(at, HOUR_MS);
const tenant = 'shared';
const scope = 'pair-EURUSD-15m';
const log = { id: 'ops-log', kind: 'log' } as const;
const pagerduty = { id: 'ops-pagerduty', kind: 'pagerduty' } as const;
const routing = { version: 3, repeats: { CRITICAL: { everyMs: HOUR_MS } } };
const matter = { notice: 'shared/pair-EURUSD-15m', tenant, scope, kind: 'escalation', episodeId: 'e1' } as const;

const raise = (to: Level, changes: Partial<EpisodeRaisedData> = {}): NoticeCommand => ({
  type: 'RaiseNotice',
  data: {
    tenant,
    routing,
    saidAt: at,
    episode: {
      scope,
      scopeKind: 'pair',
      episodeId: 'e1',
      from: 'INFO',
      to,
      cause: 'A bar is late.',
      causeEventIds: [],
      reopenOf: null,
      openedAt: at,
      subject: { symbol: 'EURUSD', timeframe: '15m', provider: 'kraken' },
      simulated: false,
      at,
      ...changes,
    },
  },
});
const clear: NoticeCommand = {
  type: 'ClearNotice',
  data: {
    tenant,
    saidAt: later,
    episode: {
      scope,
      scopeKind: 'pair',
      episodeId: 'e1',
      peak: 'CRITICAL',
      durationMs: HOUR_MS,
      openedAt: at,
      cause: 'Two good bars.',
      simulated: false,
      at: later,
    },
  },
};
const who = { scope, episodeId: 'e1', by: 'dana', at };
const acknowledge: NoticeCommand = {
  type: 'AcknowledgeNotice',
  data: { tenant, episode: { ...who, reason: 'I am on it.', until: later } },
};
const reawaken: NoticeCommand = { type: 'ReawakenNotice', data: { tenant, episode: { ...who, at: later } } };

const seen = (level: Level, repeatIndex = 0, seenAt = at) =>
  ({
    tenant,
    scope,
    kind: repeatIndex > 0 ? 'reminder' : 'escalation',
    episodeId: 'e1',
    level,
    repeatIndex,
    at: seenAt,
  }) as const;
const tell = (
  level: Level,
  repeatIndex = 0,
  toldAt = at,
  channels: readonly (typeof log | typeof pagerduty)[] = [log],
) => ({ type: 'Tell', data: { ...seen(level, repeatIndex, toldAt), channels, group: 'g' } }) satisfies NoticeCommand;
const silence = { by: 'silence', holder: 's1', until: later } as const;
const hold: NoticeCommand = { type: 'Hold', data: { ...seen('CRITICAL'), ...silence } };
const release: NoticeCommand = { type: 'Release', data: seen('CRITICAL', 0, later) };

/** What was said after commands, none of which was refused. */
function after(...commands: readonly NoticeCommand[]): readonly NoticeEvent[] {
  let state = noticeDecider.initialState();
  return commands.flatMap((command) => {
    const outcome = noticeDecider.decide(command, state);
    if (isRefusal(outcome)) throw new Error(outcome.because);
    state = outcome.reduce(noticeDecider.evolve, state);
    return outcome;
  });
}
const last = (...commands: readonly NoticeCommand[]) => after(...commands).at(-1);

describe('a notice', () => {
  it('of a raise is queued once, with the words, the group and the policy of its episode', () => {
    expect(after(raise('CRITICAL'))).toMatchObject([
      {
        type: 'NoticeQueued',
        data: {
          ...matter,
          level: 'CRITICAL',
          dueAt: at,
          group: 'shared/pair/kraken/CRITICAL/escalation',
          routingVersion: 3,
          repeats: routing.repeats,
          title: 'CRITICAL: EURUSD 15m',
        },
      },
    ]);
    given(...after(raise('CRITICAL')))
      .when(raise('CRITICAL'))
      .thenNothing();
    given(...after(raise('CRITICAL')))
      .when(raise('ERROR'))
      .thenNothing();
  });

  it('is told by what somebody saw, and not when it has moved on', () => {
    const told = {
      ...matter,
      level: 'CRITICAL',
      repeatIndex: 0,
      channels: [log],
      nextAt: later,
      group: 'g',
      at,
    } as const;
    given(...after(raise('CRITICAL')))
      .when(tell('CRITICAL'))
      .then({ type: 'NoticeTold', data: told });
    for (const stale of [tell('ERROR'), tell('CRITICAL', 1), release])
      given(...after(raise('CRITICAL')))
        .when(stale)
        .thenRefused('notice-moved-on');
    given(...after(raise('CRITICAL'), tell('CRITICAL')))
      .when(tell('CRITICAL'))
      .thenRefused('notice-moved-on');
    given().when(tell('CRITICAL')).thenRefused('notice-moved-on');
  });

  it('is repeated when its hour is over, and not a millisecond before', () => {
    const history = after(raise('CRITICAL'), tell('CRITICAL'));
    given(...history)
      .when(tell('CRITICAL', 1, plusMs(later, -1)))
      .thenRefused('notice-moved-on');
    expect(last(raise('CRITICAL'), tell('CRITICAL'), tell('CRITICAL', 1, later))).toMatchObject({
      type: 'NoticeTold',
      data: { kind: 'reminder', repeatIndex: 1, nextAt: plusMs(later, HOUR_MS) },
    });
  });

  it('that is held is not told until it is let go', () => {
    const held = after(raise('CRITICAL'), hold);
    expect(held.at(-1)).toMatchObject({ type: 'NoticeHeld', data: silence });
    given(...held)
      .when(tell('CRITICAL', 0, later))
      .thenRefused('notice-moved-on');
    expect(last(raise('CRITICAL'), hold, release, tell('CRITICAL', 0, later))?.type).toBe('NoticeTold');
  });

  it('that nobody hears of is kept, and tried again by its rhythm', () => {
    expect(last(raise('CRITICAL'), tell('CRITICAL', 0, at, []))).toMatchObject({
      type: 'NoticeKept',
      data: { because: 'nobody-to-tell', nextAt: later },
    });
  });

  it('says that it is over, and tells the end only to who was told of the beginning', () => {
    const ended = { ...matter, peak: null, at: later } as const;
    given(...after(raise('WARN')))
      .when(clear)
      .then({ type: 'NoticeEnded', data: ended });
    expect(after(raise('WARN'), tell('WARN'), clear).slice(2)).toMatchObject([
      { type: 'NoticeEnded', data: { peak: 'WARN' } },
      { type: 'NoticeQueued', data: { kind: 'restoration', level: 'INFO', peak: 'WARN', toldTo: [log] } },
    ]);
    given().when(clear).thenNothing();
    given(...after(raise('WARN'), clear))
      .when(clear)
      .thenNothing();
  });

  it('that is acknowledged is not repeated, and says so once where people look at the same message', () => {
    const history = after(raise('CRITICAL'), tell('CRITICAL', 0, at, [log, pagerduty]), acknowledge);
    expect(history.slice(2)).toMatchObject([
      { type: 'NoticeAcknowledged', data: { by: 'dana', until: later } },
      { type: 'NoticeQueued', data: { kind: 'acknowledgement', toldTo: [pagerduty] } },
    ]);
    given(...history)
      .when(acknowledge)
      .thenNothing();
    given(...history)
      .when(tell('CRITICAL', 1, later))
      .thenRefused('notice-moved-on');
    given().when(acknowledge).thenNothing();
  });

  it('whose acknowledgement expires is told once more with the next number', () => {
    expect(last(raise('CRITICAL'), tell('CRITICAL'), acknowledge, reawaken)).toMatchObject({
      type: 'NoticeReawakened',
      data: { kind: 'reminder', repeatIndex: 1, dueAt: later, by: 'dana' },
    });
    given(...after(raise('CRITICAL'), tell('CRITICAL'), acknowledge, reawaken))
      .when(reawaken)
      .thenNothing();
    given(...after(raise('CRITICAL')))
      .when(reawaken)
      .thenNothing();
  });

  it('that was acknowledged before it was told is told all the same, and only once', () => {
    const story = [raise('WARN'), acknowledge, reawaken] as const;
    expect(last(...story)).toMatchObject({ data: { kind: 'escalation', repeatIndex: 0 } });
    expect(last(...story, tell('WARN', 0, later))).toMatchObject({ type: 'NoticeTold', data: { nextAt: null } });
  });

  it('of an episode that comes back is kept, unless it is worse than what people know', () => {
    const back = (to: Level) => raise(to, { episodeId: 'e2', reopenOf: 'e1', at: later });
    const before = [raise('ERROR'), tell('ERROR'), clear] as const;
    expect(last(...before, back('ERROR'))).toMatchObject({ type: 'NoticeKept', data: { because: 'told-before' } });
    expect(last(...before, back('CRITICAL'))).toMatchObject({ type: 'NoticeQueued', data: { reopenOf: 'e1' } });
    const unheard = [raise('ERROR'), clear] as const;
    expect(last(...unheard, back('WARN'))?.type).toBe('NoticeQueued');
    const another = raise('WARN', { episodeId: 'e2', at: later });
    expect(last(...before, another)?.type).toBe('NoticeQueued');
  });
});
