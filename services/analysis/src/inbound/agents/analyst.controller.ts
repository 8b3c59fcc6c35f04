import { Controller, Inject } from '@nestjs/common';
import type { Recorded, RunCompleted } from '@tocsin/contracts';
import { Hears, to, type Intention } from '@tocsin/event-log';
import { POOL } from '../../domain/agents/pool.ts';
import { pool } from '../../pool.entity.ts';
import { POOL_DOOR, type PoolDoor } from './agent.controller.ts';

/** Asks the analyst about whatever the rules would do. Only where there is one, and never about history that is played. */
@Controller()
export class AnalystController {
  constructor(@Inject(POOL_DOOR) private readonly door: PoolDoor) {}

  @Hears('RunCompleted')
  onRunCompleted({ id, data }: Recorded<RunCompleted>): readonly Intention[] {
    const { pair, symbol, timeframe, barOpenAt, runId, finalDecision } = data;
    if (finalDecision !== 'BUY' && finalDecision !== 'SELL') return [];
    const { queueMax, wallNow } = this.door;
    const input = { symbol, timeframe, barOpenAt, runId, question: null };
    // The fact's own id makes the task's: hearing the run again asks for the same task.
    const about = { taskId: id, taskType: 'trading_signal', pair, input, by: 'service:analysis' } as const;
    return [to(pool, POOL, { type: 'SubmitTask', data: { ...about, queueMax, at: wallNow() } })];
  }
}
