import { instant, type Message } from '@tocsin/domain-kit';
import { fail } from 'node:assert/strict';
import {
  COMMANDS,
  contractOf,
  EVENTS,
  isCommandName,
  isEventName,
  validateCommand,
  validateEvent,
  type AnyCommand,
  type AnyEvent,
  type CommandAttributes,
  type Contract,
  type EventAttributes,
  type ServiceName,
} from '../src/index.ts';
import { SCHEMA_FILES } from './schema-files.ts';

const AT = instant('2014-05-06T10:00:02.000Z');
const RECORDED_AT = instant('2026-03-02T09:30:00.412Z');

/** Every example of every schema as the message that it is an example of. */
const EXAMPLES: readonly Message[] = SCHEMA_FILES.flatMap(({ schema }) => {
  const { title } = schema;
  if (!isEventName(title) && !isCommandName(title)) return [];
  return (schema.examples ?? []).map((data) => ({ type: title, data }));
});

/** The examples of facts and failures. */
export const EXAMPLE_EVENTS: readonly AnyEvent[] = EXAMPLES.filter(({ type }) => type in EVENTS).map((example) => {
  validateEvent(example);
  return example;
});

/** The examples of requests. */
export const EXAMPLE_COMMANDS: readonly AnyCommand[] = EXAMPLES.filter(({ type }) => type in COMMANDS).map(
  (example) => {
    validateCommand(example);
    return example;
  },
);

/** The first example of an event. */
export const exampleOf = (name: keyof typeof EVENTS): AnyEvent =>
  EXAMPLE_EVENTS.find(({ type }) => type === name) ?? fail(`${name} has no example`);

/** Who says an example, or answers it; what every service says, escalation says here. */
export function serviceOf({ type }: AnyEvent | AnyCommand): ServiceName {
  const { service }: Contract = contractOf(type);
  return service === '*' ? 'escalation' : service;
}

/** Attributes with which an example can be said. */
export const attributesFor = (event: AnyEvent, changes: Partial<EventAttributes> = {}): EventAttributes => ({
  id: '0c2e1d6f-7a53-5f0e-9a0b-54a8d9a0d5b1',
  time: AT,
  service: serviceOf(event),
  tenant: 'shared',
  entityVersion: 17,
  correlationId: '7d0a6a83-0f5c-5b0a-8a66-0e7a5f1c2b9d',
  causationId: '9e107d9d-372b-5681-9d8a-0b7a5f1c2b9d',
  actor: 'service:ingestion',
  recordedTime: RECORDED_AT,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  ...changes,
});

/** Attributes with which an example can be asked. */
export const requestAttributes = (changes: Partial<CommandAttributes> = {}): CommandAttributes => ({
  id: '5b0c3a0e-6d53-4c7f-9a55-5f0f5a3e8f10',
  sender: 'query',
  service: 'escalation',
  tenant: 'shared',
  time: RECORDED_AT,
  actor: 'person:dana',
  correlationId: '5b0c3a0e-6d53-4c7f-9a55-5f0f5a3e8f10',
  expiresAt: instant('2026-03-02T10:30:00.000Z'),
  traceparent: null,
  ...changes,
});
