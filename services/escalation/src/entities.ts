import type { AnyEntityType } from '@tocsin/event-log';
import { episode } from './episode.entity.ts';
import { policy } from './policy.entity.ts';
import { presence } from './presence.entity.ts';
import { silence } from './silence.entity.ts';

/** Every kind of entity that this service decides with: what its lane can be folded into again. */
export const entities: readonly AnyEntityType[] = [episode, presence, silence, policy];
