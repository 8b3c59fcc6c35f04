import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { instant } from '@tocsin/domain-kit';
import { EventLog, type Log } from '@tocsin/event-log';
import { LOGGER } from '@tocsin/service-kit';
import type { AnalysisConfig } from '../../config.ts';
import type { Analyst } from '../../domain/analyst/analyst.ts';
import { ANALYST, AnalystModule } from '../../outbound/llm/analyst.module.ts';
import { AgentController, POOL_DOOR, type PoolDoor } from './agent.controller.ts';
import { AgentWatch } from './agent-watch.ts';
import { AnalystAgent } from './analyst.agent.ts';
import { AnalystController } from './analyst.controller.ts';
import { BuiltInAgents } from './built-in-agents.ts';
import { DegradationLog } from './degradation.log.ts';
import { ResultController } from './result.controller.ts';

const clocks = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };

/** The agents: those that connect, and those that live here. */
@Module({})
export class AgentsModule {
  /** @throws {EnvFault} when the analyst is half-configured. */
  static for(config: AnalysisConfig): DynamicModule {
    const door: PoolDoor = { queueMax: config.TASK_QUEUE_MAX, wallNow: () => instant(clocks.wallMs()) };
    const asksByItself = hasAnalyst(config) && config.TOCSIN_CLOCK === 'wall';
    return {
      module: AgentsModule,
      imports: [AnalystModule.for(config)],
      controllers: [AgentController, ResultController, ...(asksByItself ? [AnalystController] : [])],
      providers: [
        { provide: POOL_DOOR, useValue: door },
        {
          provide: DegradationLog,
          inject: [EventLog, LOGGER],
          useFactory: (eventLog: EventLog, log: Log) => new DegradationLog(eventLog, log),
        },
        {
          provide: AgentWatch,
          inject: [EventLog, LOGGER, ANALYST],
          useFactory: (eventLog: EventLog, log: Log, analyst: Analyst | null) => {
            const own = analyst === null ? [] : [new AnalystAgent(analyst, eventLog, clocks.wallMs)];
            return new AgentWatch({
              eventLog,
              agents: new BuiltInAgents(own, randomUUID(), clocks.wallMs),
              clocks,
              log,
            });
          },
        },
      ],
    };
  }
}

/** Whether the environment describes an analyst. */
export const hasAnalyst = ({ ANALYST_URL }: Pick<AnalysisConfig, 'ANALYST_URL'>): boolean => ANALYST_URL !== null;
