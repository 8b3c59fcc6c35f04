import { House } from '@tocsin/testkit';
import { IngestionModule } from '../src/ingestion.module.ts';
import { schema } from '../src/schema.ts';

/** The ingestion service on real servers: on the wall clock by `TOCSIN_CONFIG`, or playing recorded history. */
export const openIngestionHouse = ({
  TOCSIN_CONFIG = null,
  INSTANTS_PER_SECOND = 200,
  clock = 'wall',
  announce,
}: {
  readonly TOCSIN_CONFIG?: string | null;
  readonly INSTANTS_PER_SECOND?: number;
  readonly clock?: 'wall' | 'accelerated';
  readonly announce?: (line: string) => void;
} = {}): Promise<House> =>
  House.open({
    plan: { service: 'ingestion', module: (config) => IngestionModule.for(config, announce) },
    config: { TOCSIN_CONFIG, HISTORY: 'recorded' as const, SOAK_SEED: 1, INSTANTS_PER_SECOND, SIMULATED_PAIRS: 1 },
    schema,
    hears: [],
    clock,
  });
