import type { EntityType } from '@tocsin/event-log';
import {
  simulationDecider,
  type Simulation,
  type SimulationCommand,
  type SimulationEvent,
  type SimulationRefusal,
} from './domain/simulation/simulation.decider.ts';

/** What another policy would have sent; the simulation's id is the key. */
export const simulation: EntityType<SimulationCommand, SimulationEvent, Simulation, SimulationRefusal> = {
  type: 'simulation',
  decider: simulationDecider,
};
