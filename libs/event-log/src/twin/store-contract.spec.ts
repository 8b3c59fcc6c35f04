import { describeStore } from '../../test/contract/store.contract.ts';
import { LANE, LEASE_MS, SERVICE, type StoreGround } from '../../test/contract/store-scene.ts';
import { describeTables } from '../../test/contract/tables.contract.ts';
import { VirtualTime } from '../../simulation/virtual-time.ts';
import { MemoryDatabase } from './memory-database.ts';
import { memoryStore } from './memory-store.ts';
import { directWire } from './wire.ts';

const LANE_ID = '00000000-0000-4000-8000-000000000001';
const HOUR_MS = 3_600_000;
const LIMIT_MS = 60_000;

function ground(): StoreGround {
  const virtual = new VirtualTime();
  let setBackMs = 0;
  const time = {
    monotonicMs: virtual.monotonicMs,
    after: virtual.after,
    wallMs: () => virtual.monotonicMs() - setBackMs,
  };
  const database = new MemoryDatabase({ time, lane: LANE, laneId: LANE_ID, consumer: SERVICE });
  let processes = 0;
  const pass = (ms: number) =>
    new Promise<void>((resolve) => {
      virtual.after(ms, resolve);
    });
  const settled = async <Result>(promise: Promise<Result>): Promise<Result> => {
    let isSettled = false;
    const noted = promise.finally(() => {
      isSettled = true;
    });
    noted.catch(() => undefined);
    await virtual.run(
      virtual.monotonicMs() + LIMIT_MS,
      () => undefined,
      () => isSettled,
    );
    return noted;
  };
  return {
    open: () => {
      processes += 1;
      return memoryStore(database, `process-${processes}`, directWire);
    },
    laneId: LANE_ID,
    untilBlocked: async () => {
      await settled(pass(1));
      expect(database.blocked).toBeGreaterThan(0);
    },
    untilNoneIsOpen: async () => {
      while (database.open > 0) await pass(10);
    },
    pass,
    settled,
    expireLeases: () => settled(pass(LEASE_MS + 1)),
    setClockBack: () => {
      setBackMs += HOUR_MS;
      return Promise.resolve();
    },
  };
}

describe('the store of the twin', () => {
  const open = () => Promise.resolve(ground());
  const close = () => Promise.resolve();
  describeStore(open, close);
  describeTables(open, close);
});
