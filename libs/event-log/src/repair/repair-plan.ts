import type { AccountLimits } from '@nats-io/jetstream';
import type { ServiceName } from '@tocsin/contracts';
import { differenceSentence } from './difference.ts';
import { laneIdOf } from './lane-access.ts';
import type { LaneListener } from './readers.ts';
import { RepairRefused } from './refusal.ts';
import type { LaneSurvey } from './survey.ts';

/** What will be done to a lane's stream. */
export type RepairPlan = {
  readonly service: ServiceName;
  /** `nothing`: the log is sound. `append`: only its end is missing. `rebuild`: it is deleted and made again. */
  readonly kind: 'nothing' | 'append' | 'rebuild';
  /** Why, one sentence each; none where there is nothing to do. */
  readonly found: readonly string[];
  /** Publishing begins after this position and ends at `head`. */
  readonly after: number;
  readonly head: number;
  /** Messages of the stream that the rebuilt one will not hold; they are saved before. */
  readonly setAside: number;
  /** Positions that only the log keeps; they are archived before. */
  readonly onlyLogged: number;
  /** Readers that will go on standing still, because they have heard something that the lane never said. */
  readonly strayed: readonly LaneListener[];
  readonly notes: readonly string[];
};

export type PlanOptions = {
  readonly service: ServiceName;
  /** Whether facts may leave the log that it holds and the database does not know. */
  readonly truncateAfterJournal: boolean;
  /** Whether a repair was begun that has not ended; the mark that it left says nothing. */
  readonly isUnfinished: boolean;
  /** What the account may use, and uses now, on the server's disks. */
  readonly storage: { readonly limits: Pick<AccountLimits, 'max_storage'>; readonly used: number };
};

/**
 * Decides what a repair does.
 * @throws {RepairRefused} where it would throw away facts, or touch what is not this lane's, or could not end.
 */
export function planRepair(survey: LaneSurvey, options: PlanOptions): RepairPlan {
  const { service } = options;
  const { lane, stream, soundUpTo, wrong, later, strange, onlyLogged, strayed, notes } = survey;
  refuseOtherLane(survey, service);
  refuseLaterFacts(survey, options);
  const head = lane.position;
  const found = findings(survey);
  const isBroken = stream === null || survey.streamFaults.length > 0 || wrong + later + strange > 0;
  const isPrefix = stream !== null && stream.state.last_seq <= soundUpTo;
  // What was never acknowledged is on its way, and the relay's business.
  const isSound = isPrefix && soundUpTo >= (options.isUnfinished ? head : Math.min(lane.published, head));
  const kind = !isBroken && isSound ? 'nothing' : !isBroken && isPrefix ? 'append' : 'rebuild';
  refuseWithoutRoom(survey, kind, options);
  return {
    service,
    kind,
    found: kind === 'nothing' ? [] : found,
    after: kind === 'rebuild' ? 0 : soundUpTo,
    head,
    setAside: wrong + later + strange,
    onlyLogged,
    strayed,
    notes,
  };
}

function findings(survey: LaneSurvey): readonly string[] {
  const { lane, stream, streamFaults, first, wrong, later, strange } = survey;
  return [
    ...(stream === null ? [`stream ${lane.name} does not exist`] : []),
    ...(streamFaults.length === 0
      ? []
      : [`stream ${lane.name} is not as the set-up makes it: ${streamFaults.join('; ')}`]),
    ...(first === null || stream === null ? [] : [differenceSentence(first)]),
    ...(wrong === 0 ? [] : [`not the lane's, up to position ${lane.position}: ${wrong} of the messages`]),
    ...(later === 0
      ? []
      : [`in the log and not in the database, beyond position ${lane.position}: ${later} of the messages`]),
    ...(strange === 0 ? [] : [`never this lane's, beyond position ${lane.position}: ${strange} of the messages`]),
  ];
}

/** Another stack's log must not be deleted because an address was mistyped. */
function refuseOtherLane({ lane, stream }: LaneSurvey, service: ServiceName): void {
  const laneId = stream === null ? lane.lane_id : laneIdOf(stream);
  if (laneId === lane.lane_id) return;
  throw new RepairRefused(
    `stream ${lane.name} says that it is ${laneId === null ? 'no lane' : `lane ${laneId}`}; ` +
      `schema ${service} has lane ${lane.lane_id}. Server and database belong to two stacks, or the database was made anew`,
    'Look at NATS_URL and DATABASE_URL. If this stream is really not wanted any more, delete it by hand, then repair.',
  );
}

/**
 * Facts that others have heard are not taken back because this database is an older copy. Whoever wants the whole
 * house to go back to the moment of that copy has to say so, and nobody may have gone on from a later one.
 */
function refuseLaterFacts({ lane, later, strayed }: LaneSurvey, { service, truncateAfterJournal }: PlanOptions): void {
  if (later === 0) return;
  const beyond = strayed.filter(({ position }) => position > lane.position);
  const what =
    `the log holds ${later} facts beyond position ${lane.position}, the last that this database knows, and they follow ` +
    `its chain: schema ${service} is an older copy than the log`;
  if (beyond.length > 0)
    throw new RepairRefused(
      `${what}. ${told(beyond)}, so these facts cannot be taken back`,
      'Restore the schemas of all services from the same moment, the newest that there is, then repair.',
    );
  if (!truncateAfterJournal)
    throw new RepairRefused(
      what,
      'Restore a newer copy of the database, if there is one: that loses nothing. Otherwise --truncate-after-journal ' +
        'saves these facts to a file and takes them out of the log, and every service goes on from the moment of the ' +
        'copy, hearing and deciding again what came after it. Read docs/adr/0016-repairing-a-lane.md before.',
    );
}

const told = (listeners: readonly LaneListener[]): string =>
  listeners.map(({ reader, position }) => `${reader} has heard this lane up to ${position}`).join(', ');

function refuseWithoutRoom(
  { stream, bytes, lane }: LaneSurvey,
  kind: RepairPlan['kind'],
  { storage: { limits, used } }: PlanOptions,
): void {
  if (kind === 'nothing' || limits.max_storage < 0) return;
  const free = limits.max_storage - used + (stream?.state.bytes ?? 0);
  if (bytes <= free) return;
  throw new RepairRefused(
    `lane ${lane.name} takes about ${bytes} bytes, and the server has room for ${free}, what the stream takes now included`,
    'Give the account of the server more file storage, then repair.',
  );
}
