import { streamOf } from '@tocsin/contracts';
import type { NumberedEntry } from '../journal/journal.ts';
import type { LaneRow } from '../lane/lane-row.ts';
import { chainNext, chainStart } from '../lane/chain.ts';
import { Cursor } from './cursor.ts';
import { keptEntries, type KeptPosition } from './kept-entries.ts';
import type { LaneAccess } from './lane-access.ts';
import { RepairRefused } from './refusal.ts';
import { chainOf, entryOf, isPublished, readLogged, type LoggedMessage } from './logged-messages.ts';

/** One position of a lane as it must be. */
export type SoundPosition = {
  readonly entry: NumberedEntry;
  /** False where only the log itself still holds it. */
  readonly isKept: boolean;
  /** What the log holds there now. */
  readonly logged: LoggedMessage | null;
};

export type SoundLaneOptions = LaneAccess & {
  readonly lane: LaneRow;
  readonly files: readonly string[];
  readonly onDefect: (sentence: string) => void;
};

/**
 * Tells every position of a lane from the first to the last that was given, as journal, archives and given files keep it;
 * where none of them does, as the log itself holds it, which the chain proves. Every entry follows the one before, and
 * the last carries the chain of the lane's row, so nothing can have been changed anywhere.
 * @throws {RepairRefused} where a position is nowhere, or what is kept contradicts its own chain.
 */
export async function* soundLane(options: SoundLaneOptions): AsyncGenerator<SoundPosition> {
  const { service, nats, database, lane, files, onDefect } = options;
  const defects: string[] = [];
  const note = (sentence: string) => {
    defects.push(sentence);
    onDefect(sentence);
  };
  const kept = new Cursor(keptEntries({ sql: database, files, onDefect: note }, 1));
  const log = new Cursor(readLogged(nats, streamOf(service), 1));
  let chain = chainStart(lane.lane_id);
  let lastId: string | null = null;
  try {
    for (let position = 1; position <= lane.position; position += 1) {
      const logged = await log.at(position);
      const found = await kept.at(position);
      const entry = found === null ? salvaged(lane.lane_id, chain, logged) : following(chain, found, note);
      if (entry === null) throw nowhere(service, position, await kept.seek(position), defects);
      if (entry === 'contradicts') throw contradicted(service, position, found, isFollowing(chain, logged));
      yield { entry, isKept: found !== null, logged };
      chain = entry.chain;
      lastId = entry.eventId;
    }
    if (!chain.equals(lane.chain) || lastId !== lane.last_event_id)
      throw new RepairRefused(
        `the lane's row says that position ${lane.position} is event ${lane.last_event_id ?? 'none'} with the chain ` +
          `${lane.chain.toString('hex')}; what is kept ends with event ${lastId ?? 'none'} and ${chain.toString('hex')}`,
        `The database contradicts itself: restore a sound copy of schema ${service}, then repair.`,
      );
  } finally {
    await kept.close();
    await log.close();
  }
}

/** The kept entry that follows the chain; whatever else is kept of the same position and differs is told. */
function following(
  chain: Buffer,
  { position, entries }: KeptPosition,
  note: (sentence: string) => void,
): NumberedEntry | 'contradicts' {
  const sound = entries.find(({ entry }) => chainNext(chain, entry.subject, entry.body).equals(entry.chain));
  if (sound === undefined) return 'contradicts';
  for (const { keeper, entry } of entries)
    if (!isSame(entry, sound.entry))
      note(`${keeper} holds something else at position ${position} than ${sound.keeper}`);
  return sound.entry;
}

const isSame = (a: NumberedEntry, b: NumberedEntry): boolean =>
  a.chain.equals(b.chain) && a.eventId === b.eventId && a.traceparent === b.traceparent;

/** What the log holds, if it is what the relay published after `chain`. */
function salvaged(laneId: string, chain: Buffer, logged: LoggedMessage | null): NumberedEntry | null {
  if (logged === null || !isFollowing(chain, logged)) return null;
  const entry = entryOf(logged);
  return isPublished(laneId, entry, logged) ? entry : null;
}

const isFollowing = (chain: Buffer, logged: LoggedMessage | null): boolean =>
  logged !== null && chainNext(chain, logged.subject, logged.body).toString('hex') === chainOf(logged);

function nowhere(
  service: string,
  position: number,
  next: KeptPosition | null,
  defects: readonly string[],
): RepairRefused {
  const range =
    next === null ? `position ${position} and all after it are` : `positions ${position} to ${next.position - 1} are`;
  return new RepairRefused(
    `${range} neither in the journal nor in an archive that can be read, and the log does not hold them soundly` +
      (defects.length === 0 ? '' : `; ${defects.join('; ')}`),
    `Bring the files that hold them: tocsin log repair ${service} --archive <file> …; ` +
      `archives are in <TOCSIN_DATA>/archive/${service} of the service, exports are what tocsin log export wrote.`,
  );
}

function contradicted(
  service: string,
  position: number,
  found: KeptPosition | null,
  isLogSound: boolean,
): RepairRefused {
  const keepers = found?.entries.map(({ keeper }) => keeper).join(' and ') ?? 'what is kept';
  return new RepairRefused(
    `${keepers} contradicts its own chain at position ${position}: somebody changed it` +
      (isLogSound ? ', while the log holds an event there that does follow' : ''),
    `Restore a sound copy of ${keepers === 'the journal' ? `schema ${service}` : 'it'}; ` +
      `tocsin log verify ${service} tells whether the log itself is sound.`,
  );
}
