import type { AnyEntityType } from '@tocsin/event-log';
import { calendar } from './calendar.entity.ts';
import { clock } from './clock.entity.ts';
import { feed } from './feed.entity.ts';

/** Every kind of entity that this service decides with: what its lane can be folded into again. */
export const entities: readonly AnyEntityType[] = [feed, clock, calendar];
