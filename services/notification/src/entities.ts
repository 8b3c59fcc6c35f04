import type { AnyEntityType } from '@tocsin/event-log';
import { channelEntity } from './channel.entity.ts';
import { delivery } from './delivery.entity.ts';
import { notice } from './notice.entity.ts';
import { simulation } from './simulation.entity.ts';

/** Every kind of entity that this service decides with: what its lane can be folded into again. */
export const entities: readonly AnyEntityType[] = [notice, delivery, channelEntity(), simulation];
