import { foldProjection } from '@tocsin/event-log';
import { after, recorded, type Fact } from '../../test/facts.ts';
import { simulationCompleted, simulationFailed, simulationRequested } from '../../test/people-facts.ts';
import { simulation } from './simulation.projection.ts';

const rows = (...facts: readonly Fact[]) => foldProjection(simulation, recorded(facts));

describe('a simulation', () => {
  it('runs until it is known what would have been sent, or that nobody can tell', () => {
    expect(rows(simulationRequested())).toEqual([
      expect.objectContaining({ status: 'running', fromAt: after(0), toAt: after(3_600), result: null, endedAt: null }),
    ]);
    expect(rows(simulationRequested(), simulationCompleted())).toEqual([
      expect.objectContaining({
        ...{ status: 'completed', endedAt: after(2), because: null },
        result: expect.objectContaining({
          ...{ episodes: 3, never_told: 1, simulated: 2, sent: 4, letters_left_out: 1 },
          counts: [{ channel_id: 'ops-log', kind: 'escalation', level: 'WARN', simulated: 2, sent: 4 }],
        }) as unknown,
      }),
    ]);
    expect(rows(simulationRequested(), simulationFailed())).toEqual([
      expect.objectContaining({ status: 'failed', because: 'The lane is shorter than that.', result: null }),
    ]);
  });

  it('keeps quiet about an end whose beginning it never saw', () => {
    expect(rows(simulationCompleted())).toEqual([]);
  });
});
