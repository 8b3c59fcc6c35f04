import type {
  ChannelChanged,
  ChannelRemoved,
  DeliveryDeadLettered,
  DeliverySucceeded,
  EpisodeCleared,
  EpisodeRaised,
  EventParked,
  EventRedriven,
  LaneHalted,
  ProjectionHalted,
  Recorded,
  ServiceReturned,
  ServiceSilent,
  TaskCompleted,
  TaskFailed,
  TaskLeased,
  TaskType,
  TaskUnroutable,
} from '@tocsin/contracts';
import { keptAsJson, type LocalModel, type Sql } from '@tocsin/event-log';
import { UNTROUBLED, type ServiceRecord, type Trouble } from '../domain/health.ts';
import { serviceOfScope, serviceScope } from './scope.ts';
import { isDeadLetterToIgnore, sentenceOf, type TaskTrouble, type TroubleFact } from './trouble.ts';

type ServiceFact =
  | EventParked
  | EventRedriven
  | LaneHalted
  | ProjectionHalted
  | ServiceSilent
  | ServiceReturned
  | EpisodeRaised
  | EpisodeCleared
  | TaskUnroutable
  | TaskFailed
  | TaskLeased
  | TaskCompleted
  | DeliveryDeadLettered
  | DeliverySucceeded
  | ChannelChanged
  | ChannelRemoved;

/**
 * What the log knows of each service: its troubles, its silence, and where its episode stands. The presence watch compares
 * that with the beats, so that whatever was missed while it slept is put right. Keys are scopes.
 */
export const serviceRecords: LocalModel<ServiceRecord, ServiceFact> = {
  name: 'service-record',
  hears: [
    'EventParked',
    'EventRedriven',
    'LaneHalted',
    'ProjectionHalted',
    'ServiceSilent',
    'ServiceReturned',
    'EpisodeRaised',
    'EpisodeCleared',
    'TaskUnroutable',
    'TaskFailed',
    'TaskLeased',
    'TaskCompleted',
    'DeliveryDeadLettered',
    'DeliverySucceeded',
    'ChannelChanged',
    'ChannelRemoved',
  ],
  keyOf,
  load: loadRecords,
  fold(record = UNTROUBLED, event) {
    switch (event.type) {
      case 'EventParked':
        return { ...record, parked: record.parked ?? troubleOf(event) };
      case 'EventRedriven':
        return event.data.parkedKeys === 0 ? { ...record, parked: null } : record;
      case 'LaneHalted':
      case 'ProjectionHalted':
        return { ...record, halted: troubleOf(event) };
      case 'ServiceSilent':
        return { ...record, silent: event.data.level };
      case 'ServiceReturned':
        return { ...record, silent: null };
      case 'EpisodeRaised':
        return { ...record, level: event.data.to };
      case 'EpisodeCleared': {
        const { resolvedBy } = event.data;
        // What was given up stays given up, so it is over when a person says so; what stands still does so all the same.
        return { ...record, level: 'INFO', ...(resolvedBy === undefined ? {} : { tasks: {}, deadLetters: {} }) };
      }
      case 'TaskUnroutable':
      case 'TaskFailed':
        return { ...record, tasks: { ...record.tasks, [`${event.type}/${event.data.taskType}`]: troubleOf(event) } };
      case 'TaskLeased':
        return withoutTrouble(record, 'TaskUnroutable', event.data.taskType);
      case 'TaskCompleted':
        return withoutTrouble(record, 'TaskFailed', event.data.taskType);
      case 'DeliveryDeadLettered': {
        if (isDeadLetterToIgnore(event.data)) return record;
        return { ...record, deadLetters: { ...record.deadLetters, [event.data.channelId]: troubleOf(event) } };
      }
      // Of a channel that is another one now, or gone, the old failures say nothing.
      case 'DeliverySucceeded':
      case 'ChannelChanged':
      case 'ChannelRemoved':
        return withoutDeadLetter(record, event.data.channelId);
    }
  },
  save: saveRecords,
};

function keyOf({ type, data, service }: Recorded<ServiceFact>): string {
  switch (type) {
    case 'EventParked':
    case 'EventRedriven':
    case 'LaneHalted':
    case 'ProjectionHalted':
    case 'TaskUnroutable':
    case 'TaskFailed':
    case 'TaskLeased':
    case 'TaskCompleted':
    case 'DeliveryDeadLettered':
    case 'DeliverySucceeded':
    case 'ChannelChanged':
    case 'ChannelRemoved':
      return serviceScope(service);
    case 'ServiceSilent':
    case 'ServiceReturned':
      return serviceScope(data.service);
    case 'EpisodeRaised':
    case 'EpisodeCleared':
      return data.scope;
  }
}

/** A task that somebody has is proof that such tasks can be done, and one that was done that they can be ended. */
function withoutTrouble(record: ServiceRecord, trouble: TaskTrouble['type'], taskType: TaskType): ServiceRecord {
  const name = `${trouble}/${taskType}`;
  if (record.tasks[name] === undefined) return record;
  return { ...record, tasks: Object.fromEntries(Object.entries(record.tasks).filter(([other]) => other !== name)) };
}

/** A channel on which something arrives is well again, whatever was given up before. */
function withoutDeadLetter(record: ServiceRecord, channelId: string): ServiceRecord {
  if (!Object.hasOwn(record.deadLetters, channelId)) return record;
  const others = Object.entries(record.deadLetters).filter(([other]) => other !== channelId);
  return { ...record, deadLetters: Object.fromEntries(others) };
}

/** Records of before have nothing about tasks and dead letters. */
const readRecord = (record: Partial<ServiceRecord>): ServiceRecord => ({
  ...UNTROUBLED,
  ...record,
});

const troubleOf = (event: Recorded<TroubleFact>): Trouble => ({
  because: sentenceOf(event),
  eventId: event.id,
  saidAt: event.recordedTime,
});

/** Reads what is known of every service that was ever in trouble. */
export async function readServiceRecords(sql: Sql): Promise<ReadonlyMap<string, ServiceRecord>> {
  const { rows } = await sql.query<{ service: string; record: ServiceRecord }>(
    'SELECT service, record FROM service_record',
  );
  return new Map(rows.map(({ service, record }) => [service, readRecord(record)]));
}

const kept = keptAsJson<Partial<ServiceRecord>>({ table: 'service_record', key: 'service', value: 'record' });

async function loadRecords(sql: Sql, scopes: readonly string[]): Promise<Map<string, ServiceRecord>> {
  const services = scopes.flatMap((scope) => serviceOfScope(scope) ?? []);
  const stored = await kept.load(sql, services);
  return new Map([...stored].map(([service, record]) => [serviceScope(service), readRecord(record)]));
}

/** Episodes of other scopes have no record here. */
async function saveRecords(sql: Sql, changed: ReadonlyMap<string, ServiceRecord>): Promise<void> {
  const ofServices = [...changed].flatMap(([scope, record]) => {
    const service = serviceOfScope(scope);
    return service === null ? [] : [[service, record] as const];
  });
  await kept.save(sql, new Map(ofServices));
}
