import { isUtf8 } from 'node:buffer';
import { ContractViolation, type Message } from '@tocsin/domain-kit';
import type { Contract } from './contract.ts';
import { COMMANDS, EVENTS } from './generated/catalogue.ts';
import type { FactEnvelope, RequestEnvelope, ServiceName } from './generated/messages.ts';
import { VALIDATORS } from './generated/validators.ts';
import type { AnyCommand, AnyEvent, CommandAttributes, EventAttributes, Recorded, Requested } from './messages.ts';
import { addressOf, contractOf, isCommandName, isEventName, isServiceName } from './subjects.ts';
import { upcast } from './upcasters.ts';
import { problemsOf, refuseProblems, strayFields } from './validation.ts';

const CONTENT_TYPE = 'application/json';

/** What a type in an envelope means. */
type Meaning = {
  readonly contract: Contract;
  readonly service: ServiceName;
  readonly major: number;
  /** The schema that the envelope must name. */
  readonly dataschema: string;
};

/** Contracts by service, entity and event, as they stand in the type of an envelope, and the types understood so far. */
type Book = { readonly contracts: ReadonlyMap<string, Contract>; readonly meanings: Map<string, Meaning> };

/** There are few types, but whoever writes to a stream can make up more. */
const MEANINGS_MAX = 1_000;

const FACTS = bookOf(Object.values(EVENTS));
const REQUESTS = bookOf(Object.values(COMMANDS));

/**
 * Checks an event as its writer must: everything that is required, and nothing that the schema does not know.
 * @throws {ContractViolation} naming every problem by its JSON pointer.
 */
export function validateEvent(event: Message): asserts event is AnyEvent {
  if (!isEventName(event.type)) throw new ContractViolation(`/type: '${event.type}' is not an event of this house`);
  checkStrictly(event, EVENTS[event.type]);
}

/**
 * Checks a request as its sender must.
 * @throws {ContractViolation} naming every problem by its JSON pointer.
 */
export function validateCommand(command: Message): asserts command is AnyCommand {
  if (!isCommandName(command.type))
    throw new ContractViolation(`/type: '${command.type}' is not a request of this house`);
  checkStrictly(command, COMMANDS[command.type]);
}

function checkStrictly({ type, data }: Message, { validate, fields }: Contract): void {
  refuseProblems(type, [...validate(data), ...strayFields(data, fields)], '/data');
}

/**
 * Returns the bytes of a fact as they are journalled and published: the same event and attributes make the same bytes.
 * @throws {ContractViolation} when the event or an attribute does not satisfy its schema.
 */
export function encodeEvent(event: AnyEvent, attributes: EventAttributes): Buffer {
  validateEvent(event);
  const contract = contractOf(event.type);
  const { entity, key } = addressOf(event, contract);
  // Written out, because V8 builds a literal with a spread in the middle fifty times slower; what is undefined is not sent.
  const envelope = {
    specversion: '1.0',
    id: attributes.id,
    source: `tocsin:${attributes.service}`,
    type: typeOf(contract, attributes.service, entity),
    subject: `${entity}/${key}`,
    time: attributes.time,
    datacontenttype: CONTENT_TYPE,
    dataschema: contract.dataschema,
    tenantid: attributes.tenant,
    entityversion: attributes.entityVersion,
    correlationid: attributes.correlationId,
    causationid: attributes.causationId ?? undefined,
    actor: attributes.actor,
    recordedtime: attributes.recordedTime,
    traceparent: attributes.traceparent ?? undefined,
    data: event.data,
  };
  assertFact(envelope);
  return Buffer.from(JSON.stringify(envelope));
}

/**
 * Reads a fact of a lane: brings old editions up to date and tolerates fields that it does not know.
 * @throws {ContractViolation} when it is no fact of this house, naming every problem by its JSON pointer.
 */
export function decodeEvent(
  bytes: Uint8Array,
  { lane, position }: { readonly lane: string; readonly position: number },
): Recorded<AnyEvent> {
  const envelope = parsed(bytes);
  assertFact(envelope);
  const { contract, service, message } = opened(envelope, FACTS);
  assertReadable<AnyEvent>(message, contract);
  return {
    id: envelope.id,
    time: envelope.time,
    service,
    tenant: envelope.tenantid,
    key: keyIn(envelope, message, contract),
    entityVersion: envelope.entityversion,
    correlationId: envelope.correlationid,
    causationId: envelope.causationid ?? null,
    actor: envelope.actor,
    recordedTime: envelope.recordedtime,
    traceparent: envelope.traceparent ?? null,
    lane,
    position,
    ...message,
  };
}

/**
 * Returns the bytes of a request.
 * @throws {ContractViolation} when the request or an attribute does not satisfy its schema.
 */
export function encodeCommand(command: AnyCommand, attributes: CommandAttributes): Buffer {
  validateCommand(command);
  const contract = contractOf(command.type);
  const service = contract.service === '*' ? attributes.service : contract.service;
  if (service === undefined) throw new ContractViolation(`/type: ${command.type} is addressed to nobody`);
  const { entity, key } = addressOf(command, contract);
  const envelope = {
    specversion: '1.0',
    id: attributes.id,
    source: `tocsin:${attributes.sender}`,
    type: typeOf(contract, service, entity),
    subject: `${entity}/${key}`,
    time: attributes.time,
    datacontenttype: CONTENT_TYPE,
    dataschema: contract.dataschema,
    tenantid: attributes.tenant,
    expiresat: attributes.expiresAt ?? undefined,
    correlationid: attributes.correlationId,
    actor: attributes.actor,
    recordedtime: attributes.time,
    traceparent: attributes.traceparent ?? undefined,
    data: command.data,
  };
  assertRequest(envelope);
  return Buffer.from(JSON.stringify(envelope));
}

/**
 * Reads a request.
 * @throws {ContractViolation} when it is no request of this house, naming every problem by its JSON pointer.
 */
export function decodeCommand(bytes: Uint8Array, { sequence }: { readonly sequence: number }): Requested<AnyCommand> {
  const envelope = parsed(bytes);
  assertRequest(envelope);
  const { contract, message } = opened(envelope, REQUESTS);
  assertReadable<AnyCommand>(message, contract);
  return {
    id: envelope.id,
    tenant: envelope.tenantid,
    key: keyIn(envelope, message, contract),
    actor: envelope.actor,
    correlationId: envelope.correlationid,
    expiresAt: envelope.expiresat ?? null,
    sequence,
    ...message,
  };
}

const typeOf = ({ event, major }: Contract, service: ServiceName, entity: string): string =>
  `tocsin.${service}.${entity}.${event}.v${major}`;

function parsed(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) throw new ContractViolation('the body is not UTF-8');
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch (error) {
    throw new ContractViolation('the body is not JSON', { cause: error });
  }
}

function assertFact(envelope: unknown): asserts envelope is FactEnvelope {
  refuseProblems('the envelope', problemsOf(VALIDATORS.FactEnvelope, envelope));
}

function assertRequest(envelope: unknown): asserts envelope is RequestEnvelope {
  refuseProblems('the envelope', problemsOf(VALIDATORS.RequestEnvelope, envelope));
}

function assertReadable<M extends Message>(message: Message, { validate }: Contract): asserts message is M {
  refuseProblems(message.type, validate(message.data), '/data');
}

/** Finds out what an envelope holds, and brings its data up to today's edition. */
function opened(envelope: FactEnvelope | RequestEnvelope, book: Book) {
  const { contract, service, major, dataschema } = meaningOf(envelope.type, book);
  const data = upcast(contract, major, envelope.data);
  if (envelope.dataschema !== dataschema) throw new ContractViolation(`/dataschema must be '${dataschema}'`);
  const message: Message = { type: contract.name, data };
  return { contract, service, message };
}

function meaningOf(type: string, { contracts, meanings }: Book): Meaning {
  const known = meanings.get(type);
  if (known !== undefined) return known;
  const [, service = '', entity = '', event = '', edition = ''] = type.split('.');
  const contract = [`${service}.${entity}.${event}`, `*.${entity}.${event}`, `*.*.${event}`]
    .map((place) => contracts.get(place))
    .find((candidate) => candidate !== undefined);
  if (!contract || !isServiceName(service)) throw new ContractViolation(`/type: '${type}' is not known here`);
  const major = Number(edition.slice(1));
  const meaning = { contract, service, major, dataschema: contract.dataschema.replace(/\d+$/, String(major)) };
  if (meanings.size < MEANINGS_MAX) meanings.set(type, meaning);
  return meaning;
}

/** The key of the subject, which must be what the data say. */
function keyIn(envelope: FactEnvelope | RequestEnvelope, message: AnyEvent | AnyCommand, contract: Contract): string {
  const { entity, key } = addressOf(message, contract);
  if (envelope.subject !== `${entity}/${key}`) throw new ContractViolation(`/subject must be '${entity}/${key}'`);
  return key;
}

function bookOf(contracts: readonly Contract[]): Book {
  const byPlace = contracts.map(
    (contract) => [`${contract.service}.${contract.entity}.${contract.event}`, contract] as const,
  );
  return { contracts: new Map(byPlace), meanings: new Map() };
}
