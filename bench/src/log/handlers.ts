import { decodeEvent, type AnyEvent, type Recorded } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { to, type Intention, type StepBody } from '@tocsin/event-log';
import {
  collectListeners,
  heardBatch,
  heardFact,
  LocalValues,
  Registry,
  translate,
  type StoredMessage,
} from '@tocsin/event-log/lane';
import type { Ground } from '../ground.ts';
import { feedsAdded } from '../recorded-bars.ts';
import { expectCount, secondsOf, type Measurement, type Way } from './measurement.ts';
import { MeasuredLane } from './measured-lane.ts';
import { PlainRunController, plainRun, startOf } from './plain-run.ts';
import { openStockNest } from './stock-nest.ts';

/** Messages of one step. */
const STEP = 500;

/**
 * From a stored message to the commands that it means, in memory: what the way through controllers costs beside a
 * function that is called, and what a body that takes whole batches costs beside a loop.
 */
export async function handlers(ground: Ground, events: number): Promise<Measurement> {
  const messages = await storedMessages(ground, events);
  const stock = await openStockNest();
  const registry = new Registry([plainRun], []);
  collectListeners([new PlainRunController()], registry);
  const way = (name: string, kind: Way['kind'], handle: () => Promise<number>): Way => ({
    name,
    kind,
    events,
    run: async () => {
      let commands = 0;
      const seconds = await secondsOf(async () => {
        commands = await handle();
      });
      expectCount('commands', commands, events - feedsAdded.length);
      return seconds;
    },
  });
  return {
    title: 'handlers: decode a message and ask what it means',
    unit: 'events/s',
    ways: [
      way('a plain function', 'limit', () => {
        let commands = 0;
        for (const message of messages) commands += intentionsOf(decoded(message)).length;
        return Promise.resolve(commands);
      }),
      way('ours, a controller’s method per event', 'ours', () => Promise.resolve(translateAll(messages, registry))),
      way('ours, once per batch', 'ours', async () => {
        const body = new CountingBody();
        for (let from = 0; from < messages.length; from += STEP) {
          const batch = heardBatch('ingestion', messages.slice(from, from + STEP));
          await body.apply({ batch });
        }
        return body.commands;
      }),
      way('Nest’s own handleEvent', 'peer', async () => {
        for (const message of messages) {
          const event = decoded(message);
          if (event.type === 'BarClosed') await stock.handle(event);
        }
        return stock.takeCount();
      }),
    ],
    goals: [
      { way: 'ours, a controller’s method per event', atLeast: 0.75, than: 'a plain function' },
      { way: 'ours, once per batch', atLeast: 0.95, than: 'a plain function' },
    ],
    close: () => stock.close(),
  };
}

async function storedMessages(ground: Ground, events: number): Promise<readonly StoredMessage[]> {
  const lane = await MeasuredLane.open(ground);
  const entries = lane.entries(events);
  await lane.close();
  return entries.map(({ position, subject, chain, eventId, body }) => ({
    sequence: position,
    subject,
    chain: chain.toString('hex'),
    messageId: eventId,
    body,
  }));
}

const decoded = ({ body, sequence }: StoredMessage): Recorded<AnyEvent> =>
  decodeEvent(body, { lane: 'LOG_INGESTION', position: sequence });

const intentionsOf = (event: Recorded<AnyEvent>): readonly Intention[] =>
  event.type === 'BarClosed' ? [to(plainRun, event.data.pair, startOf(event))] : [];

/** The step's own way: a message becomes an input, and the registry's listeners are asked what it means. */
function translateAll(messages: readonly StoredMessage[], registry: Registry): number {
  const horizon = instant(0);
  const context = {
    service: 'analysis' as const,
    horizon,
    registry,
    locals: new LocalValues([]),
    parkedHere: new Set<string>(),
    isParked: () => false,
  };
  let commands = 0;
  for (const message of messages) commands += translate(heardFact('ingestion', message), context).intentions.length;
  return commands;
}

/** Takes whole batches, as read models do. */
class CountingBody {
  commands = 0;

  apply({ batch }: Pick<Parameters<StepBody['apply']>[0], 'batch'>): Promise<void> {
    for (const event of batch) this.commands += intentionsOf(event).length;
    return Promise.resolve();
  }
}
