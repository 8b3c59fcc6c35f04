import { Inject, Module, type DynamicModule, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { METRICS, type Kit } from '@tocsin/service-kit';
import { registerAnalystMetrics } from './analyst-metrics.ts';
import type { LlmAnalyst } from './llm-analyst.ts';
import { openAnalyst, type AnalystConfig } from './open-analyst.ts';

/** The token of the analyst: an `Analyst`, or null where none is configured. */
export const ANALYST = Symbol('tocsin:analyst');

/** Gives the service its analyst, and takes it down with it. */
@Module({})
export class AnalystModule implements OnModuleInit, OnModuleDestroy {
  constructor(
    @Inject(ANALYST) private readonly analyst: LlmAnalyst | null,
    @Inject(METRICS) private readonly registry: Kit['metrics'],
  ) {}

  /** @throws {EnvFault} when it is half-configured. */
  static for(config: AnalystConfig): DynamicModule {
    const provider = { provide: ANALYST, useValue: openAnalyst(config) };
    return { module: AnalystModule, providers: [provider], exports: [provider] };
  }

  onModuleInit(): void {
    const { analyst } = this;
    if (analyst !== null) registerAnalystMetrics(this.registry, () => analyst.stats());
  }

  async onModuleDestroy(): Promise<void> {
    await this.analyst?.close();
  }
}
