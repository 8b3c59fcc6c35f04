import { availableParallelism } from 'node:os';
import { schema as querySchema } from '@tocsin/query/schema';
import { openGround, type Ground } from '../ground.ts';
import { barToRow } from './bar-to-row.ts';
import { bytesPerEvent, type Bytes } from './bytes-per-event.ts';
import { handlers } from './handlers.ts';
import { journalToRecorded } from './journal-to-recorded.ts';
import { measure, type Measured, type Measurement } from './measurement.ts';
import { longHistory, projection } from './projection.ts';
import { readAndVerify } from './read-and-verify.ts';
import { relayPublish } from './relay-publish.ts';
import { serviceStep, singleStep } from './service-step.ts';

export type LogBenchOptions = {
  readonly rounds: number;
  readonly events: number;
  /** Only measurements whose name begins so; all of them when empty. */
  readonly only: string;
  readonly say: (line: string) => void;
};

/** What was measured, where, and whether all of it was right. */
export type LogBench = {
  readonly machine: { readonly cores: number; readonly node: string; readonly nats: string; readonly postgres: string };
  readonly rounds: number;
  readonly measured: readonly Measured[];
  readonly bytes: Bytes;
  /** Every count and order was right; says nothing about goals. */
  readonly ok: boolean;
};

type Opening = (ground: Ground, events: number) => Promise<Measurement>;

/** In the order of an event's life. */
const MEASUREMENTS: Readonly<Record<string, Opening>> = {
  'journal-to-recorded': journalToRecorded,
  'relay-publish': relayPublish,
  'read-and-verify': readAndVerify,
  handlers,
  'service-step': serviceStep,
  'single-step': singleStep,
  'bar-to-row': barToRow,
  projection,
  'long-history': longHistory,
};

/** Measures the log, its limits and its peers in one run, on servers of its own. */
export async function benchLog({ rounds, events, only, say }: LogBenchOptions): Promise<LogBench> {
  const ground = await openGround();
  const measured: Measured[] = [];
  try {
    await ground.setUp([
      { service: 'ingestion', migrations: [] },
      { service: 'analysis', migrations: [] },
      querySchema,
    ]);
    for (const [name, open] of Object.entries(MEASUREMENTS)) {
      if (!name.startsWith(only)) continue;
      say(name);
      const measurement = await open(ground, events);
      measured.push(await measure(measurement, rounds));
      await measurement.close();
    }
    const { natsVersion, postgresVersion } = ground;
    return {
      machine: { cores: availableParallelism(), node: process.version, nats: natsVersion, postgres: postgresVersion },
      rounds,
      measured,
      bytes: await bytesPerEvent(ground, events),
      ok: measured.every(({ failures }) => failures.length === 0),
    };
  } finally {
    await ground.close();
  }
}
