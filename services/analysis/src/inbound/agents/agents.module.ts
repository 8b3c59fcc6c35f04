import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { instant } from '@tocsin/domain-kit';
import { EventLog, type Log } from '@tocsin/event-log';
import { LOGGER } from '@tocsin/service-kit';
import type { AnalysisConfig } from '../../config.ts';
import type { Analyst } from '../../domain/analyst/analyst.ts';
import { ANALYST, AnalystModule } from '../../outbound/llm/analyst.module.ts';
import { ONNX_MODEL, OnnxModule } from '../../outbound/onnx/onnx.module.ts';
import { AgentController, POOL_DOOR, type PoolDoor } from './agent.controller.ts';
import { AgentWatch } from './agent-watch.ts';
import { AnalystAgent } from './analyst.agent.ts';
import { AnalystController } from './analyst.controller.ts';
import { BuiltInAgents } from './built-in-agents.ts';
import { DegradationLog } from './degradation.log.ts';
import { ResultController } from './result.controller.ts';

const clocks = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };

/** A language model is slow and does not mind company; its own budget says how many questions a day it is asked. */
const LLM = { agentId: 'llm-analyst', parallelMax: 4 } as const;

/** A model of numbers is quick and has one thread. */
const ONNX = { agentId: 'onnx-model', parallelMax: 1 } as const;

/** The agents: those that connect, and those that live here. */
@Module({})
export class AgentsModule {
  /** @throws {EnvFault} when the analyst is half-configured. */
  static for(config: AnalysisConfig): DynamicModule {
    const door: PoolDoor = { queueMax: config.TASK_QUEUE_MAX, wallNow: () => instant(clocks.wallMs()) };
    const asksByItself = hasAnalyst(config) && config.TOCSIN_CLOCK === 'wall';
    return {
      module: AgentsModule,
      imports: [AnalystModule.for(config), OnnxModule.for(config)],
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
          inject: [EventLog, LOGGER, ANALYST, ONNX_MODEL],
          useFactory: (eventLog: EventLog, log: Log, llm: Analyst | null, onnx: Analyst | null) => {
            const employed = [
              ...(llm === null ? [] : [{ ...LLM, analyst: llm }]),
              ...(onnx === null ? [] : [{ ...ONNX, analyst: onnx }]),
            ];
            const own = employed.map((each) => new AnalystAgent(each, eventLog, clocks.wallMs));
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

/** Whether the environment describes an analyst, of whatever kind. */
export const hasAnalyst = (config: Pick<AnalysisConfig, 'ANALYST_URL' | 'ANALYSIS_ONNX'>): boolean =>
  config.ANALYST_URL !== null || config.ANALYSIS_ONNX !== null;
