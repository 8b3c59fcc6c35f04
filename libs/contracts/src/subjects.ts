import { assert, ContractViolation } from '@tocsin/domain-kit';
import { COMMANDS, EVENTS } from './generated/catalogue.ts';
import { SERVICES, type CommandName, type EventName, type ServiceName } from './generated/messages.ts';
import type { Contract, Family } from './contract.ts';
import type { AnyCommand, AnyEvent } from './messages.ts';

/** The six tokens of a subject. */
export type SubjectParts = {
  readonly family: Family;
  readonly service: ServiceName;
  readonly tenant: string;
  readonly entity: string;
  readonly key: string;
  readonly event: string;
};

/** The services that are built. What the others will say is agreed on where it is heard already, and their lanes are there. */
export const BUILT_SERVICES = [
  'ingestion',
  'analysis',
  'escalation',
  'notification',
  'query',
] as const satisfies readonly ServiceName[];

const TOKEN = /^[A-Za-z0-9_=-]{1,64}$/;
const FAMILIES: readonly string[] = ['evt', 'flt', 'cmd'] satisfies readonly Family[];
const SERVICE_NAMES: readonly string[] = SERVICES;

/** Tells whether `text` may stand between two dots of a subject. */
export const isToken = (text: string): boolean => TOKEN.test(text);

/** Tells whether `text` names a service that says facts. */
export const isServiceName = (text: string): text is ServiceName => SERVICE_NAMES.includes(text);

const isFamily = (text: string): text is Family => FAMILIES.includes(text);

/** Tells whether `text` names a fact or failure. */
export const isEventName = (text: string): text is EventName => Object.hasOwn(EVENTS, text);

/** Tells whether `text` names a request. */
export const isCommandName = (text: string): text is CommandName => Object.hasOwn(COMMANDS, text);

/** Returns what is agreed about a message of that name. */
export const contractOf = (name: EventName | CommandName): Contract =>
  isEventName(name) ? EVENTS[name] : COMMANDS[name];

const laneOf = (service: ServiceName): string => `LOG_${service.toUpperCase()}`;

/** Asked for with every message that is read. */
const STREAMS = new Map<string, string>(SERVICES.map((service) => [service, laneOf(service)]));

/** The stream that holds everything a service says. */
export const streamOf = (service: ServiceName): string => STREAMS.get(service) ?? laneOf(service);

/** The stream that holds requests to a service. */
export const commandStreamOf = (service: ServiceName): string => `CMD_${service.toUpperCase()}`;

/**
 * Returns the subject of a fact said by `service`, or of a request to it.
 * @throws {ContractViolation} when a part is no token, such as the key `BRK.B`.
 */
export function subjectOf(
  message: AnyEvent | AnyCommand,
  { service, tenant }: { readonly service: ServiceName; readonly tenant: string },
): string {
  const contract = contractOf(message.type);
  assert(
    contract.service === '*' || contract.service === service,
    `${message.type} belongs to ${contract.service}, not to ${service}`,
  );
  const { entity, key } = addressOf(message, contract);
  const tokens = { tenant, entity, key };
  for (const [name, token] of Object.entries(tokens)) {
    if (!isToken(token))
      throw new ContractViolation(`the subject of ${message.type}: ${name} '${token}' is not a token`);
  }
  return [contract.family, service, tenant, entity, key, contract.event].join('.');
}

/** Returns the tokens of a subject of this house, or null when it is none. */
export function parseSubject(subject: string): SubjectParts | null {
  const tokens = subject.split('.');
  const [family, service, tenant, entity, key, event] = tokens;
  if (tokens.length !== 6 || !tokens.every(isToken)) return null;
  if (family === undefined || service === undefined || tenant === undefined) return null;
  if (entity === undefined || key === undefined || event === undefined) return null;
  return isFamily(family) && isServiceName(service) ? { family, service, tenant, entity, key, event } : null;
}

/** Whose everything is that belongs to nobody in particular. */
export const SHARED_TENANT = 'shared';

/** Whose a message is: the tenant that its data name, or everybody's. */
export function tenantOf(message: AnyEvent | AnyCommand): string {
  const { tenant } = contractOf(message.type);
  const named: unknown = tenant === null ? undefined : Reflect.get(message.data, tenant);
  return typeof named === 'string' ? named : SHARED_TENANT;
}

/** Returns the type and key of the entity that decided an event, or that a request is for. */
export function ownerKeyOf(message: AnyEvent | AnyCommand): { readonly owner: string; readonly key: string } {
  const { owner, ownerKey } = contractOf(message.type);
  return {
    owner: owner === '*' ? textAt(message.data, 'entity') : owner,
    key: textAt(message.data, ownerKey),
  };
}

/** The entity and key tokens of a message's subject. */
export function addressOf(
  message: AnyEvent | AnyCommand,
  contract: Contract,
): { readonly entity: string; readonly key: string } {
  return {
    entity: contract.entity === '*' ? textAt(message.data, 'entity') : contract.entity,
    key: textAt(message.data, contract.key),
  };
}

function textAt(data: object, property: string): string {
  const value: unknown = Reflect.get(data, property);
  if (typeof value !== 'string') throw new ContractViolation(`/data/${property} must be a text`);
  return value;
}
