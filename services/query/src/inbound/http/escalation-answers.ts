import {
  asOf,
  COLOUR,
  described,
  flag,
  integer,
  LEVEL,
  listOf,
  logPosition,
  moment,
  oneOf,
  orNull,
  page,
  record,
  text,
} from './answers.ts';

const STATUS = oneOf('open', 'acknowledged', 'cleared');

const episodeFields = {
  ...{ scope: text, scope_kind: text, episode_id: text, status: STATUS },
  ...{ level: LEVEL, peak: LEVEL, cause: text, cause_event_ids: listOf(text), reopen_of: orNull(text) },
  ...{ opened_at: moment, changed_at: moment, cleared_at: orNull(moment), duration_ms: orNull(integer) },
  acknowledged: { ...record({ by: text, reason: orNull(text), until: orNull(moment) }), type: ['object', 'null'] },
  resolved_by: described(orNull(text), 'Who ended it by hand.'),
  tenant: described(text, 'Whose it is; `shared` is everybody’s.'),
  labels: described(
    { type: 'object', additionalProperties: text },
    'What somebody else’s alerting said of its alert; empty for what is our own.',
  ),
  subject: record({
    ...{ pair: orNull(text), symbol: orNull(text), timeframe: orNull(text), provider: orNull(text) },
    ...{ service: orNull(text), agent: orNull(text), portfolio: orNull(text), alert_type: orNull(text) },
    ...{ release: orNull(text), alert_name: orNull(text) },
  }),
  freshness: {
    ...record({ colour: COLOUR, last_bar_close_ts: orNull(moment) }),
    type: ['object', 'null'],
    description: 'Of a pair: how fresh it was when the episode last climbed.',
  },
  simulated: flag,
  provenance: record(logPosition),
};

export const escalationsAnswer = page(record(episodeFields));

export const scopeAnswer = record({
  ...asOf,
  scope: text,
  episode: {
    ...record(episodeFields),
    type: ['object', 'null'],
    description: 'The newest one; null if there was none.',
  },
  timeline: described(
    listOf(
      record({
        event: text,
        event_id: described(text, 'The fact; of a delivery, the one that intended it.'),
        ...{ ...logPosition, at: moment, level: orNull(LEVEL) },
        actor: described(orNull(text), 'Who did it; of a delivery, the channel.'),
        because: orNull(text),
      }),
    ),
    'What happened to it, what was decided about telling the tenant’s people, and how each message stands; oldest first.',
  ),
  timeline_left_out: described(
    integer,
    'How many lines there were before these; `GET /api/notifications` has all messages.',
  ),
  tally: {
    ...record({
      ...{ verdict: text, bar_close_ts: moment, consecutive_failures: integer, amber: integer, red: integer },
      ...{ good: integer, counted_at: moment },
    }),
    type: ['object', 'null'],
    description: 'What the ladder counts, after the newest bar; null where bars are not counted.',
  },
});

export const troubledPairsAnswer = record({
  ...asOf,
  items: listOf(
    record({
      symbol: text,
      level: described(LEVEL, 'The worst of its pairs.'),
      rank: described(integer, 'The level as a number, 4 is CRITICAL.'),
      acknowledged: described(flag, 'Whether somebody has taken all of them on.'),
      episodes: integer,
      opened_at: described(moment, 'Since when the oldest of them is open.'),
      ...{ changed_at: moment, simulated: flag },
      pairs: listOf(
        record({
          ...{ scope: text, timeframe: orNull(text), provider: orNull(text), episode_id: text, level: LEVEL },
          ...{ status: STATUS, cause: text, opened_at: moment },
        }),
      ),
    }),
  ),
});
