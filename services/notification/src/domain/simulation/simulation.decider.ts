import {
  policyProblems,
  type SimulationCompleted,
  type SimulationFailed,
  type SimulationRequested,
} from '@tocsin/contracts';
import { plainText, refuse, type Decider, type Refusal } from '@tocsin/domain-kit';

/** A question about another policy, from when it was asked until somebody knows. */
export type Simulation = { readonly status: 'unasked' | 'asked' | 'answered' };

type Asked = SimulationRequested['data'];

export type SimulationCommand =
  | { readonly type: 'RequestSimulation'; readonly data: Asked }
  | { readonly type: 'RecordResult'; readonly data: SimulationCompleted['data'] }
  | { readonly type: 'RecordFailure'; readonly data: SimulationFailed['data'] };

export type SimulationEvent = SimulationRequested | SimulationCompleted | SimulationFailed;

export type SimulationRefusal = 'policy-invalid' | 'range-empty' | 'simulation-known';

/** Decides which questions are worth looking into, and that each has one answer. */
export const simulationDecider: Decider<SimulationCommand, SimulationEvent, Simulation, SimulationRefusal> = {
  initialState: () => ({ status: 'unasked' }),

  decide({ type, data }, { status }) {
    switch (type) {
      case 'RequestSimulation': {
        if (status !== 'unasked')
          return refuse('simulation-known', `The simulation ${data.simulationId} was asked before.`);
        return refusalOf(data) ?? [{ type: 'SimulationRequested', data }];
      }
      // Whoever looks may die and look again, and finds the same; one answer is enough.
      case 'RecordResult':
        return status === 'asked' ? [{ type: 'SimulationCompleted', data }] : [];
      case 'RecordFailure':
        return status === 'asked' ? [{ type: 'SimulationFailed', data }] : [];
    }
  },

  evolve(_simulation, { type }) {
    switch (type) {
      case 'SimulationRequested':
        return { status: 'asked' };
      case 'SimulationCompleted':
      case 'SimulationFailed':
        return { status: 'answered' };
    }
  },
};

function refusalOf({ policy, quietHours, from, to }: Asked): Refusal<SimulationRefusal> | null {
  if (from >= to) return refuse('range-empty', `Nothing lies between ${from} and ${to}.`);
  const problems = [
    ...policyProblems('routing', policy),
    ...(quietHours === null ? [] : policyProblems('quiet-hours', quietHours)),
  ];
  if (problems.length === 0) return null;
  const told = problems.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
  return refuse('policy-invalid', plainText(`The policy is not as it must be: ${told}.`));
}
