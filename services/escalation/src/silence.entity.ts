import type { EntityType } from '@tocsin/event-log';
import {
  silenceDecider,
  type Silence,
  type SilenceCommand,
  type SilenceEvent,
  type SilenceRefusal,
} from './domain/silence.decider.ts';

/** What is kept from people for a while; the silence's id is the key. Its end is what it waits for. */
export const silence: EntityType<SilenceCommand, SilenceEvent, Silence, SilenceRefusal> = {
  type: 'silence',
  decider: silenceDecider,
  deadlines: (state) =>
    state.status === 'standing' && state.endsAt !== null ? [{ name: 'end', at: state.endsAt }] : [],
  onDeadline: ({ dueAt }, silenceId) => ({ type: 'EndSilence', data: { silenceId, at: dueAt } }),
};
