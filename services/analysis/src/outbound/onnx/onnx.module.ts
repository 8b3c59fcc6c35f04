import { Inject, Module, type DynamicModule, type OnModuleDestroy } from '@nestjs/common';
import type { AnalysisConfig } from '../../config.ts';
import type { OnnxAnalyst } from './onnx-analyst.ts';
import { openOnnx } from './open-onnx.ts';

/** The token of the ONNX model: an `Analyst`, or null where none is configured. */
export const ONNX_MODEL = Symbol('tocsin:onnx-model');

/** Loads the ONNX model before the service starts, and releases it after. */
@Module({})
export class OnnxModule implements OnModuleDestroy {
  constructor(@Inject(ONNX_MODEL) private readonly model: OnnxAnalyst | null) {}

  static for(config: Pick<AnalysisConfig, 'ANALYSIS_ONNX'>): DynamicModule {
    const provider = { provide: ONNX_MODEL, useFactory: () => openOnnx(config) };
    return { module: OnnxModule, providers: [provider], exports: [provider] };
  }

  async onModuleDestroy(): Promise<void> {
    await this.model?.close();
  }
}
