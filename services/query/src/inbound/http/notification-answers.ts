import {
  asOf,
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

const KIND = oneOf('log', 'webhook', 'email', 'slack', 'discord', 'pagerduty', 'ntfy', 'alertmanager');

export const DELIVERY_STATUS = [
  ...['intended', 'retrying', 'delivered', 'unknown', 'dead-lettered', 'gathered', 'withdrawn'],
] as const;

const deliveryFields = {
  ...{ notification_id: text, tenant: text, channel_id: text, channel_kind: KIND },
  kind: oneOf('escalation', 'reminder', 'restoration', 'acknowledgement', 'digest', 'test', 'success', 'signal'),
  ...{ scope: text, episode_id: text, level: LEVEL, repeat_index: integer },
  members: described(
    listOf(record({ scope: text, episode_id: text, level: LEVEL, repeat_index: integer, about: text })),
    'Everything that the message is about, itself first.',
  ),
  ...{ title: text, text, facts: { type: 'object', additionalProperties: text }, why: listOf(text) },
  link: orNull(text),
  takes_over_from: described(orNull(text), 'The channel that failed, and whose place this one takes.'),
  ...{ simulated: flag, status: oneOf(...DELIVERY_STATUS), attempts: integer, possible_repeat: flag },
  ...{ receipt: orNull(text), error_code: orNull(text), error_message: orNull(text) },
  gathered_into: described(orNull(text), 'The message that tells it too.'),
  withdrawn_because: described(orNull(text), 'Why it would tell nobody anything by now.'),
  redriven_by: described(orNull(text), 'Who wanted it tried again after it had been given up.'),
  ...{ retry_at: orNull(moment), intended_at: moment, ended_at: orNull(moment), provenance: record(logPosition) },
};

export const notificationsAnswer = page(record(deliveryFields));

export const NOTICE_STATUS = ['queued', 'held', 'told', 'kept', 'acknowledged', 'ended'] as const;

export const noticesAnswer = page(
  record({
    ...{ scope: text, episode_id: text, tenant: text },
    kind: oneOf('escalation', 'reminder', 'restoration', 'acknowledgement', 'success', 'signal'),
    ...{ level: LEVEL, repeat_index: integer },
    status: described(
      oneOf(...NOTICE_STATUS),
      '`queued`: to be told; `held`: not now; `kept`: not at all; `ended`: the episode is over, with nothing left to tell.',
    ),
    title: orNull(text),
    due_at: described(orNull(moment), 'The earliest moment to tell it; a group may wait longer.'),
    held: {
      ...record({ by: text, holder: text, until: orNull(moment) }),
      type: ['object', 'null'],
      description: 'What holds it: the episode of a provider, a silence, or quiet hours.',
    },
    kept_because: orNull(text),
    channels: described(listOf(record({ id: text, kind: KIND })), 'Who was told last; empty while nobody was.'),
    next_at: described(orNull(moment), 'When it is told again if nobody acknowledges it.'),
    ...{ first_at: moment, changed_at: moment, provenance: record(logPosition) },
  }),
);

export const deadLettersAnswer = page(
  record({
    ...deliveryFields,
    relevance: described(
      record({
        ...{ age_s: integer, is_too_old: flag },
        is_over: described(flag, 'Whether everything that it is about is over.'),
        standing: described(integer, 'How many of its episodes stand.'),
        episodes: listOf(record({ scope: text, episode_id: text, status: text, level: LEVEL })),
      }),
      'Whether it is still worth sending; one that is too old or over is sent with `force` alone.',
    ),
  }),
);

const policyFields = {
  tenant: text,
  kind: oneOf('routing', 'escalation', 'quiet-hours'),
  version: described(integer, 'From 1; 0 is what the house came with.'),
  policy: described({ type: 'object' }, 'The document, as `proto-schemas/policy` describes it.'),
};
const versionFields = { changed_by: text, reason: text, changed_at: moment, provenance: record(logPosition) };

export const policyAnswer = record({
  ...asOf,
  ...policyFields,
  ...{ changed_by: orNull(text), reason: orNull(text), changed_at: orNull(moment) },
  provenance: { ...record(logPosition), type: ['object', 'null'] },
});
export const policyVersionsAnswer = page(record({ ...policyFields, ...versionFields }));
