import type { AnyEntityType } from '@tocsin/event-log';
import { analysis } from './analysis.entity.ts';
import { macroRegime } from './macro-regime.entity.ts';
import { pool } from './pool.entity.ts';

/** Every kind of entity that this service decides with: what its lane can be folded into again. */
export const entities: readonly AnyEntityType[] = [analysis, macroRegime, pool];
