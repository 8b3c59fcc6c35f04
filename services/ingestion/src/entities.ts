import type { AnyEntityType } from '@tocsin/event-log';
import { calendar } from './calendar.entity.ts';
import { clock } from './clock.entity.ts';
import { defaultCalendars } from './domain/calendars/calendars.ts';
import { feedEntity } from './feed.entity.ts';
import { provider } from './provider.entity.ts';
import { series } from './series.entity.ts';
import { signalSource } from './signal-source.entity.ts';

/** Every kind of entity that this service decides with: what its lane can be folded into again. */
export const entities: readonly AnyEntityType[] = [
  feedEntity(defaultCalendars),
  provider,
  clock,
  calendar,
  series,
  signalSource,
];
