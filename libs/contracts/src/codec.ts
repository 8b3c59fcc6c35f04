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

/** Contracts by service, entity and event, as they stand in the type of an envelope. */
const FACTS = byType(Object.values(EVENTS));
const REQUESTS = byType(Object.values(COMMANDS));

const decoder = new TextDecoder('utf-8', { fatal: true });

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
  if (!isCommandName(command.type)) throw new ContractViolation(`/type: '${command.type}' is not a request of this house`);
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
  const { causationId, traceparent } = attributes;
  const envelope = {
    ...head(event, contract, { ...attributes, sender: attributes.service, addressee: attributes.service }),
    entityversion: attributes.entityVersion,
    correlationid: attributes.correlationId,
    ...(causationId === null ? {} : { causationid: causationId }),
    actor: attributes.actor,
    recordedtime: attributes.recordedTime,
    ...(traceparent === null ? {} : { traceparent }),
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
    ...message,
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
  };
}

/**
 * Returns the bytes of a request.
 * @throws {ContractViolation} when the request or an attribute does not satisfy its schema.
 */
export function encodeCommand(command: AnyCommand, attributes: CommandAttributes): Buffer {
  validateCommand(command);
  const contract = contractOf(command.type);
  if (contract.service === '*') throw new ContractViolation(`/type: ${command.type} is addressed to nobody`);
  const { expiresAt, traceparent } = attributes;
  const envelope = {
    ...head(command, contract, { ...attributes, addressee: contract.service }),
    ...(expiresAt === null ? {} : { expiresat: expiresAt }),
    correlationid: attributes.correlationId,
    actor: attributes.actor,
    recordedtime: attributes.time,
    ...(traceparent === null ? {} : { traceparent }),
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
    ...message,
    id: envelope.id,
    tenant: envelope.tenantid,
    key: keyIn(envelope, message, contract),
    actor: envelope.actor,
    correlationId: envelope.correlationid,
    expiresAt: envelope.expiresat ?? null,
    sequence,
  };
}

type HeadAttributes = Pick<EventAttributes, 'id' | 'tenant' | 'time'> & {
  readonly sender: ServiceName;
  /** The service whose subject it is: the sender of a fact, the receiver of a request. */
  readonly addressee: ServiceName;
};

function head(message: AnyEvent | AnyCommand, contract: Contract, { id, tenant, time, sender, addressee }: HeadAttributes) {
  const { entity, key } = addressOf(message, contract);
  return {
    specversion: '1.0',
    id,
    source: `tocsin:${sender}`,
    type: `tocsin.${addressee}.${entity}.${contract.event}.v${contract.major}`,
    subject: `${entity}/${key}`,
    time,
    datacontenttype: CONTENT_TYPE,
    dataschema: contract.dataschema,
    tenantid: tenant,
  };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
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
function opened(envelope: FactEnvelope | RequestEnvelope, contracts: ReadonlyMap<string, Contract>) {
  const [, service = '', entity = '', event = '', edition = ''] = envelope.type.split('.');
  const contract = [`${service}.${entity}.${event}`, `*.${entity}.${event}`, `*.*.${event}`]
    .map((type) => contracts.get(type))
    .find((known) => known !== undefined);
  if (!contract || !isServiceName(service)) throw new ContractViolation(`/type: '${envelope.type}' is not known here`);
  const major = Number(edition.slice(1));
  const data = upcast(contract, major, envelope.data);
  const dataschema = contract.dataschema.replace(/\d+$/, String(major));
  if (envelope.dataschema !== dataschema) throw new ContractViolation(`/dataschema must be '${dataschema}'`);
  const message: Message = { type: contract.name, data };
  return { contract, service, message };
}

/** The key of the subject, which must be what the data say. */
function keyIn(envelope: FactEnvelope | RequestEnvelope, message: AnyEvent | AnyCommand, contract: Contract): string {
  const { entity, key } = addressOf(message, contract);
  if (envelope.subject !== `${entity}/${key}`) throw new ContractViolation(`/subject must be '${entity}/${key}'`);
  return key;
}

function byType(contracts: readonly Contract[]): ReadonlyMap<string, Contract> {
  return new Map(contracts.map((contract) => [`${contract.service}.${contract.entity}.${contract.event}`, contract]));
}
