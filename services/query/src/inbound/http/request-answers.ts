import { asOf, described, listOf, moment, oneOf, orNull, record, text } from './answers.ts';

export const requestFields = {
  ...asOf,
  id: text,
  service: described(text, 'Who was asked.'),
  command: described(text, 'What for.'),
  status: described(
    oneOf('pending', 'done', 'unchanged', 'refused', 'expired'),
    '`pending`: on its way; `unchanged`: it was so already; `expired`: not handled in time, and not to be any more.',
  ),
  asked_at: described(moment, 'On the wall clock.'),
  expires_at: described(moment, 'Until when it may be carried out, on the wall clock.'),
  refused: described(orNull(text), 'The name of the rule that said no.'),
  because: described(orNull(text), 'Its reason, or what a rehearsal came to.'),
  facts: described(listOf(text), 'The ids of the facts that it led to.'),
  log_position: described(orNull(text), '`lane:position` of its outcome; what `atLeast` takes.'),
};

export const requestAnswer = record(requestFields);
export const taskRequestAnswer = record({
  ...requestFields,
  task_id: described(text, 'The task, under which `GET /api/tasks/{id}` tells of it once it is taken on.'),
});
