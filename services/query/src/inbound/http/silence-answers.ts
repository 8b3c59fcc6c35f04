import { asOf, described, logPosition, moment, oneOf, oneOfOrNull, orNull, page, record, text } from './answers.ts';
import { MATCHERS } from './channel-answers.ts';
import { requestFields } from './request-answers.ts';

const silenceFields = {
  ...{ silence_id: text, tenant: text, kind: oneOf('silence', 'maintenance') },
  state: described(oneOf('active', 'pending', 'expired'), 'Whether it holds as of `as_of`, will hold, or is over.'),
  matchers: MATCHERS,
  from: described(moment, 'When it begins, or its first window.'),
  until: described(moment, 'When it ends, or its first window.'),
  ...{ every: oneOfOrNull('day', 'week'), zone: text },
  window: described(
    record({ from: moment, until: moment }),
    'The window that lasts, or else the next; of one that is over, its last.',
  ),
  ...{ comment: text, created_by: text, created_at: moment, expired_by: orNull(text), expired_at: orNull(moment) },
  provenance: record(logPosition),
};

export const silencesAnswer = page(record(silenceFields));
export const silenceAnswer = record({ ...asOf, ...silenceFields });

export const silenceRequestAnswer = record({
  ...requestFields,
  silence_id: described(text, 'The silence, under which `GET /api/silences/{id}` tells of it, and `DELETE` ends it.'),
});
