import { Controller } from '@nestjs/common';
import type { RequestSimulation, Requested } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { Handles, to, type Intention } from '@tocsin/event-log';
import { simulation } from '../../simulation.entity.ts';

@Controller()
export class SimulationController {
  /** Looking takes longer than a step may; what is found worth a look is taken up by the worker. */
  @Handles('RequestSimulation')
  onRequestSimulation({ data }: Requested<RequestSimulation>, at: Instant): Intention {
    return to(simulation, data.simulationId, { type: 'RequestSimulation', data: { ...data, at } });
  }
}
