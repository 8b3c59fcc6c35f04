import { BUILT_SERVICES } from '@tocsin/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import type { FaultKind } from './fault.ts';

/** The whole stack is started once more on the same database and log, under the same names. */
export const secondStack: FaultKind = {
  kind: 'second-stack-one-database',
  share: 0.5,
  plan(chance) {
    const bothMs = chance.between(3_000, 6_000);
    return {
      victims: BUILT_SERVICES,
      async inflict({ services }) {
        const doubles = await services.startDoubles();
        await pause(bothMs);
        await services.stopNamed(doubles);
      },
    };
  },
};
