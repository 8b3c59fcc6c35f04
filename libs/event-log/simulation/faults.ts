import type { SimHouse } from './house.ts';
import type { Lottery } from './lottery.ts';
import { LISTENER, SPEAKER, SPEAKER_LANE } from './story.ts';

/** Something that goes wrong, and passes. `happen` returns how long it lasts and what ends it, if anything has to. */
export type Fault = {
  readonly name: string;
  readonly happen: (house: SimHouse, lottery: Lottery) => { readonly lastsMs: number; readonly end: () => void } | null;
};

/** Messages of the speaker's lane whose bytes were changed, until somebody puts them right. */
export const tampered = new Set<number>();

const someProcess = (house: SimHouse, lottery: Lottery) => {
  const [first, ...others] = house.processes.filter(({ isDead }) => !isDead);
  return first === undefined ? undefined : lottery.pick([first, ...others]);
};

const HOUR_MS = 3_600_000;

export const FAULTS: readonly [Fault, ...Fault[]] = [
  {
    name: 'a process is killed',
    happen: (house, lottery) => {
      someProcess(house, lottery)?.kill();
      return null;
    },
  },
  {
    name: 'a process stands still and goes on',
    happen: (house, lottery) => {
      const process = someProcess(house, lottery);
      process?.pause();
      return { lastsMs: lottery.between(500, 12_000), end: () => process?.resume() };
    },
  },
  {
    name: 'the holder stands still past its lease and goes on',
    happen: (house, lottery) => {
      const process = house.holder(lottery.pick(['ingestion', 'escalation']));
      process?.pause();
      return { lastsMs: lottery.between(3_500, 9_000), end: () => process?.resume() };
    },
  },
  {
    name: 'processes die at their calls',
    happen: (house, lottery) => {
      house.weather.crashPerCall = lottery.between(0.005, 0.06);
      return {
        lastsMs: lottery.between(500, 4_000),
        end: () => {
          house.weather.crashPerCall = 0;
        },
      };
    },
  },
  {
    name: 'the log loses its tail',
    happen: (house, lottery) => {
      const lost = lottery.pick([1, 3, 20, 1_000]);
      for (const { stream } of [house.speaker, house.listener])
        stream?.loseTail(stream.lastSequence - lottery.whole(0, lost));
      return restart(house, lottery.between(50, 1_500));
    },
  },
  {
    name: 'the server of streams is away',
    happen: (house, lottery) => restart(house, lottery.between(50, 6_000)),
  },
  {
    name: 'a process is cut off from the streams',
    happen: (house, lottery) => {
      const mend = someProcess(house, lottery)?.cutStreams();
      return { lastsMs: lottery.between(20, 7_000), end: () => mend?.() };
    },
  },
  {
    name: 'a process is cut off from its database',
    happen: (house, lottery) => {
      const mend = someProcess(house, lottery)?.cutDatabase();
      return { lastsMs: lottery.between(5, 7_000), end: () => mend?.() };
    },
  },
  {
    name: 'the database ends every session',
    happen: (house) => {
      const mends = house.processes.filter(({ isDead }) => !isDead).map((process) => process.cutDatabase());
      for (const mend of mends) mend();
      return null;
    },
  },
  {
    name: 'transactions conflict',
    happen: (house, lottery) => {
      house.weather.conflictPerCall = lottery.between(0.01, 0.2);
      return {
        lastsMs: lottery.between(500, 4_000),
        end: () => {
          house.weather.conflictPerCall = 0;
        },
      };
    },
  },
  {
    name: 'calls are carried out and their answers lost',
    happen: (house, lottery) => {
      house.weather.answerLostPerCall = lottery.between(0.01, 0.1);
      return {
        lastsMs: lottery.between(500, 4_000),
        end: () => {
          house.weather.answerLostPerCall = 0;
        },
      };
    },
  },
  {
    name: 'acknowledgements are lost, doubled and late',
    happen: ({ weather }, lottery) => {
      const worst = { acknowledgementLost: 0.2, acknowledgementDoubled: 0.3, acknowledgementLate: 0.3 };
      for (const [key, most] of Object.entries(worst)) Object.assign(weather, { [key]: lottery.between(0, most) });
      return {
        lastsMs: lottery.between(1_000, 8_000),
        end: () => {
          Object.assign(weather, { acknowledgementLost: 0, acknowledgementDoubled: 0, acknowledgementLate: 0 });
        },
      };
    },
  },
  {
    name: 'every wire is slow',
    happen: (house, lottery) => {
      house.weather.latencyMs = lottery.between(20, 400);
      return {
        lastsMs: lottery.between(500, 5_000),
        end: () => {
          house.weather.latencyMs = 4;
        },
      };
    },
  },
  {
    name: 'a wall clock jumps by an hour',
    happen: (house, lottery) => {
      const skew = lottery.pick([house.databaseSkew, house.processSkew]);
      skew.ms += lottery.pick([-HOUR_MS, HOUR_MS]);
      return null;
    },
  },
  {
    name: 'a byte of the log is changed',
    happen: (house, lottery) => {
      const head = house.speaker.stream?.lastSequence ?? 0;
      const putRight = changeByte(house, lottery, lottery.whole(1, Math.max(1, head)));
      return { lastsMs: lottery.between(1_000, 8_000), end: putRight };
    },
  },
  {
    name: 'a byte is changed of what is still to be heard',
    happen: (house, lottery) => {
      // Who is cut off reads what it has missed in one go, and so meets the change in the middle of a batch.
      const listeners = house.processes.filter(({ part, isDead }) => part.service === LISTENER && !isDead);
      const mends = listeners.map((listener) => listener.cutStreams());
      let putRight: (() => void) | null = (): void => undefined;
      house.time.after(lottery.between(500, 2_500), () => {
        const heard = house.listener.database.checkpoints.get(SPEAKER_LANE)?.position ?? 0;
        const waiting = Math.max(1, (house.speaker.stream?.lastSequence ?? 0) - heard);
        if (putRight !== null) putRight = changeByte(house, lottery, heard + lottery.whole(1, waiting));
        for (const mend of mends.splice(0)) mend();
      });
      return {
        lastsMs: lottery.between(3_000, 9_000),
        end: () => {
          for (const mend of mends.splice(0)) mend();
          putRight?.();
          putRight = null;
        },
      };
    },
  },
  {
    name: 'the stream of a lane is lost, and set up again',
    happen: (house, lottery) => {
      house.server.remove(SPEAKER_LANE);
      const mend = restart(house, lottery.between(500, 4_000));
      return {
        lastsMs: mend.lastsMs,
        end: () => {
          house.server.add(SPEAKER_LANE);
          tampered.clear();
          mend.end();
        },
      };
    },
  },
  {
    name: 'the stream of a lane is set up anew under everybody',
    happen: (house) => {
      if (house.speaker.stream === undefined) return null;
      house.server.remove(SPEAKER_LANE);
      house.server.add(SPEAKER_LANE);
      tampered.clear();
      return null;
    },
  },
];

/** Flips a bit of one message of the speaker's lane. Returns how to put it right. */
function changeByte(house: SimHouse, lottery: Lottery, sequence: number): () => void {
  const messages = house.speaker.stream?.messages ?? [];
  const message = messages[sequence - 1];
  if (message === undefined || tampered.has(sequence)) return () => undefined;
  tampered.add(sequence);
  const body = Uint8Array.from(message.body);
  const at = lottery.whole(0, body.length - 1);
  body[at] = (body[at] ?? 0) ^ (1 << lottery.whole(0, 7));
  messages[sequence - 1] = { ...message, body };
  return () => {
    // The tail may have been lost and told again meanwhile; then there is nothing to put right.
    if (messages[sequence - 1]?.body === body) messages[sequence - 1] = message;
    tampered.delete(sequence);
  };
}

/** The server of streams goes away and comes back with what it has. */
function restart(house: SimHouse, lastsMs: number) {
  return { lastsMs, end: house.closeStreams() };
}

/** The fault that a story may end with: an instance that stands still for good, which must hurt nobody. */
export const pauseForGood = (house: SimHouse): void => {
  house.holder(SPEAKER)?.pause();
};
