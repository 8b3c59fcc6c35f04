import { assert } from '@tocsin/domain-kit';
import type { AnyCommandListener, AnyEventListener, Registry } from '../step/registry.ts';
import { LISTENS, type Listening } from './hears.ts';

/** An instance whose methods may hear facts or handle requests. */
export type ListeningController = object;

/** Finds every decorated method of the controllers and registers it, bound to its instance. */
export function collectListeners(controllers: readonly ListeningController[], registry: Registry): void {
  for (const controller of controllers)
    for (const method of methodsOf(controller)) {
      const listening = Reflect.getMetadata(LISTENS, method) as Listening | undefined;
      if (listening !== undefined) register(listening, method.bind(controller), registry);
    }
}

type Method = (...args: readonly unknown[]) => unknown;

function methodsOf(controller: ListeningController): readonly Method[] {
  const prototype: unknown = Object.getPrototypeOf(controller);
  assert(typeof prototype === 'object' && prototype !== null, 'a controller is an instance of a class');
  return Object.values(Object.getOwnPropertyDescriptors(prototype))
    .map(({ value }): unknown => value)
    .filter((value): value is Method => typeof value === 'function');
}

/** The decorators have checked the methods' types against the names that they listen to. */
function register(listening: Listening, method: Method, registry: Registry): void {
  switch (listening.kind) {
    case 'events':
      for (const name of listening.names) registry.listen(name, method as AnyEventListener);
      return;
    case 'command':
      registry.handle(listening.name, method as AnyCommandListener);
      return;
  }
}
