import { anyService, type FaultKind } from './fault.ts';

/** kill -9 of a service wherever it happens to be; the supervisor starts it again. */
export const killService: FaultKind = {
  kind: 'kill-service',
  share: 8,
  plan(chance) {
    const service = anyService(chance);
    return { victims: [service], inflict: async ({ services }) => services.kill(await services.holderOf(service)) };
  },
};
