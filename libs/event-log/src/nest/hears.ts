import { EventPattern, MessagePattern } from '@nestjs/microservices';
import type { CommandName, CommandNamed, EventName, EventNamed, Recorded, Requested } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { Intention } from '../step/entity-type.ts';
import type { Local } from '../step/local-model.ts';

/** The metadata key under which a controller's method says what it hears or handles. */
export const LISTENS = Symbol('tocsin:listens');

/** What a decorated method listens to. */
export type Listening =
  | { readonly kind: 'events'; readonly names: readonly EventName[] }
  | { readonly kind: 'command'; readonly name: CommandName };

/** A method that translates a fact into commands: pure and synchronous. */
export type EventListener<Name extends EventName> = (
  event: Recorded<EventNamed<Name>>,
  local: Local,
) => readonly Intention[];

/** A method that translates a request into the one command that decides it; `at` is the service's clock. */
export type CommandListener<Name extends CommandName> = (
  command: Requested<CommandNamed<Name>>,
  at: Instant,
  local: Local,
) => Intention;

type MethodDecoratorFor<Listener> = <Method extends Listener>(
  target: object,
  property: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/** Hears facts by name: the parameter's type must be theirs, or the method does not compile. */
export function Hears<Name extends EventName>(...names: readonly Name[]): MethodDecoratorFor<EventListener<Name>> {
  return (target, property, descriptor) => {
    const listening: Listening = { kind: 'events', names };
    if (descriptor.value) Reflect.defineMetadata(LISTENS, listening, descriptor.value);
    EventPattern(names)(target, property, descriptor);
  };
}

/** Handles a request by name. */
export function Handles<Name extends CommandName>(name: Name): MethodDecoratorFor<CommandListener<Name>> {
  return (target, property, descriptor) => {
    const listening: Listening = { kind: 'command', name };
    if (descriptor.value) Reflect.defineMetadata(LISTENS, listening, descriptor.value);
    MessagePattern(name)(target, property, descriptor);
  };
}
