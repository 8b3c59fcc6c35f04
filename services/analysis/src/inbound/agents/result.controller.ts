import { Controller } from '@nestjs/common';
import type { Recorded, TaskCompleted } from '@tocsin/contracts';
import { Hears, to, type Intention } from '@tocsin/event-log';
import { analysis } from '../../analysis.entity.ts';

/** Hears the service's own lane: the pool has decided that a result counts, its pair decides what it is worth. */
@Controller()
export class ResultController {
  @Hears('TaskCompleted')
  onTaskCompleted({ data }: Recorded<TaskCompleted>): readonly Intention[] {
    return [to(analysis, data.pair, { type: 'ValidateResult', data })];
  }
}
