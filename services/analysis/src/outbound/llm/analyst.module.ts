import { Inject, Module, type DynamicModule, type OnModuleDestroy } from '@nestjs/common';
import type { LlmAnalyst } from './llm-analyst.ts';
import { openAnalyst, type AnalystConfig } from './open-analyst.ts';

/** The token of the analyst: an `Analyst`, or null where none is configured. */
export const ANALYST = Symbol('tocsin:analyst');

/** Gives the service its analyst, and takes it down with it. */
@Module({})
export class AnalystModule implements OnModuleDestroy {
  constructor(@Inject(ANALYST) private readonly analyst: LlmAnalyst | null) {}

  /** @throws {EnvFault} when it is half-configured. */
  static for(config: AnalystConfig): DynamicModule {
    const provider = { provide: ANALYST, useValue: openAnalyst(config) };
    return { module: AnalystModule, providers: [provider], exports: [provider] };
  }

  async onModuleDestroy(): Promise<void> {
    await this.analyst?.close();
  }
}
