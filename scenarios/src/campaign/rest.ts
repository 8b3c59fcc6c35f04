import type { House } from './house/house.ts';
import { until } from './house/patience.ts';
import { isCalm, type Standing } from './recovery/standing.ts';

const HEARD_WITHIN_MS = 30_000;
const DELIVERED_WITHIN_MS = 120_000;

/** Stops time, and waits until everything that was said is heard and everything that was decided is delivered. */
export async function rest(house: House, standing: Standing, findings: string[]): Promise<void> {
  await house.services.stop('ingestion');
  try {
    await until('everything is heard', async () => isCalm(await standing.read()), HEARD_WITHIN_MS);
    await until('everything is delivered', async () => (await standing.openDeliveries()) === 0, DELIVERED_WITHIN_MS);
    await until('everything is heard', async () => isCalm(await standing.read()), HEARD_WITHIN_MS);
  } catch (error) {
    findings.push(error instanceof Error ? error.message : String(error));
    findings.push(JSON.stringify(await standing.read()));
  }
}
