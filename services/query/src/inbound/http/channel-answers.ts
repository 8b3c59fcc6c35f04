import {
  asOf,
  described,
  flag,
  integer,
  listOf,
  logPosition,
  moment,
  oneOf,
  orNull,
  page,
  record,
  text,
} from './answers.ts';
import { requestFields } from './request-answers.ts';

export const KINDS = ['webhook', 'email', 'slack', 'discord', 'pagerduty', 'ntfy', 'alertmanager'] as const;

const LEVEL = oneOf('INFO', 'WARN', 'ERROR', 'CRITICAL');
export const MATCHERS = listOf(record({ label: text, op: oneOf('=', '!=', '=~', '!~'), value: text }));

const channelFields = {
  ...{ id: text, tenant: text, version: described(integer, 'Counts the changes of this channel, from 1.') },
  ...{ kind: oneOf(...KINDS), name: text, enabled: flag, events: MATCHERS, min_level: LEVEL },
  ...{ success: oneOf('restoration', 'first', 'every'), signals: flag, standby: flag },
  rate: record({ messages: integer, per_ms: integer }),
  target: described({ type: 'object' }, 'Where it leads, without any secret.'),
  secrets: described(
    listOf(record({ since: moment, until: orNull(moment) })),
    'Since when it has which secret, and until when it is good; newest first. What they are is never answered.',
  ),
  ...{ added_at: moment, changed_at: moment, changed_by: text, provenance: record(logPosition) },
};

export const channelsAnswer = page(record(channelFields));
export const channelAnswer = record({ ...asOf, ...channelFields });

export const channelTestAnswer = record({
  ...requestFields,
  delivery: {
    ...record({
      ...{ notification_id: text, status: text, attempts: integer, receipt: orNull(text), error_code: orNull(text) },
      error_message: orNull(text),
    }),
    type: ['object', 'null'],
    description:
      'The message that was sent to find out, as it stands after 5 seconds at most; null when it is not known yet.',
  },
});
