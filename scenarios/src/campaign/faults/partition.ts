import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../chance.ts';
import type { House } from '../house/house.ts';
import type { Mood } from '../../link.ts';
import { anyService, type Fault, type FaultKind } from './fault.ts';

const SILENT_MS = { least: 1_000, most: 8_000 } as const;
const CUT_MS = { least: 0, most: 3_000 } as const;
const SLOW_MS = { least: 2_000, most: 6_000 } as const;

type Server = 'nats' | 'postgres';

const linkTo = (house: House, server: Server) => (server === 'nats' ? house.natsLink : house.postgresLink);

/** One service and one server cannot hear each other, and neither is told. */
const partition = (chance: Chance, server: Server): Omit<Fault, 'kind'> => {
  const service = anyService(chance);
  const forMs = chance.between(SILENT_MS.least, SILENT_MS.most);
  return {
    victims: [service],
    inflict: async (house) => treat(house, server, await house.services.holderOf(service), { kind: 'silent' }, forMs),
  };
};

/** Every connection to one server breaks, and so does every new one. */
const cut = (chance: Chance, server: Server): Omit<Fault, 'kind'> => {
  const forMs = chance.between(CUT_MS.least, CUT_MS.most);
  return { victims: [server], inflict: (house) => treat(house, server, 'everybody', { kind: 'cut' }, forMs) };
};

/** The way from one service to one server is long and narrow. */
const slow = (chance: Chance, server: Server): Omit<Fault, 'kind'> => {
  const service = anyService(chance);
  const forMs = chance.between(SLOW_MS.least, SLOW_MS.most);
  const mood: Mood = {
    kind: 'slow',
    latencyMs: chance.between(5, 80),
    bytesPerSecond: chance.pick([50_000, 200_000, 2_000_000]),
  };
  return {
    victims: [service],
    inflict: async (house) => treat(house, server, await house.services.holderOf(service), mood, forMs),
  };
};

async function treat(house: House, server: Server, whom: string, mood: Mood, forMs: number): Promise<void> {
  const link = linkTo(house, server);
  link.treat(whom, mood);
  await pause(forMs);
  link.treat(whom, { kind: 'well' });
}

const kind = (name: string, share: number, plan: FaultKind['plan']): FaultKind => ({ kind: name, share, plan });

export const partitions: readonly FaultKind[] = [
  kind('partition-nats', 2, (chance) => partition(chance, 'nats')),
  kind('partition-postgres', 2, (chance) => partition(chance, 'postgres')),
  kind('cut-nats', 1, (chance) => cut(chance, 'nats')),
  kind('cut-postgres', 1, (chance) => cut(chance, 'postgres')),
  kind('slow-nats', 1, (chance) => slow(chance, 'nats')),
  kind('slow-postgres', 1, (chance) => slow(chance, 'postgres')),
];
