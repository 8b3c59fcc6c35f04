import { POLICY_DEFAULTS, type PolicyDocument } from '@tocsin/contracts';
import { instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { simulationDecider, type SimulationCommand, type SimulationEvent } from './simulation.decider.ts';

const { routing } = POLICY_DEFAULTS;
const data = {
  simulationId: 's1',
  tenant: 'shared',
  policy: { ...routing } as PolicyDocument,
  quietHours: null,
  from: instant('2008-09-01T00:00:00Z'),
  to: instant('2008-11-01T00:00:00Z'),
  at: instant('2026-03-02T09:00:00Z'),
};
const asked = { type: 'SimulationRequested', data } as const satisfies SimulationEvent;
const ask = (more: Partial<typeof data> = {}): SimulationCommand => ({
  type: 'RequestSimulation',
  data: { ...data, ...more },
});
const result = {
  simulationId: 's1',
  tenant: 'shared',
  episodes: 1,
  neverTold: 0,
  simulated: 1,
  sent: 1,
  counts: [],
  letters: [],
  lettersLeftOut: 0,
  at: data.at,
};
const story = specify(simulationDecider);

describe('a simulation', () => {
  it('is looked into where its documents are as they must be', () => {
    story.given().when(ask()).then(asked);
  });

  it('is refused where its policy is not, and the refusal names the places', () => {
    const policy = { ...routing, grouping: { waitMs: 'soon' } };
    story.given().when(ask({ policy })).thenRefused('policy-invalid');
    const refusal = simulationDecider.decide(ask({ policy }), { status: 'unasked' });
    expect(refusal).toMatchObject({ because: expect.stringMatching(/\/grouping\/waitMs must be integer/) as string });
  });

  it('is refused where its quiet hours are not, where nothing lies in its time, and where it was asked before', () => {
    story
      .given()
      .when({ type: 'RequestSimulation', data: { ...data, quietHours: { zone: 'UTC' } } })
      .thenRefused('policy-invalid');
    story
      .given()
      .when(ask({ to: data.from }))
      .thenRefused('range-empty');
    story.given(asked).when(ask()).thenRefused('simulation-known');
  });

  it('has one answer, however often somebody finds it', () => {
    const completed = { type: 'SimulationCompleted', data: result } as const;
    story.given(asked).when({ type: 'RecordResult', data: result }).then(completed);
    story.given(asked, completed).when({ type: 'RecordResult', data: result }).thenNothing();
    const failed = { simulationId: 's1', tenant: 'shared', because: 'A lane cannot be read.', at: data.at };
    story.given(asked, completed).when({ type: 'RecordFailure', data: failed }).thenNothing();
    story.given(asked).when({ type: 'RecordFailure', data: failed }).then({ type: 'SimulationFailed', data: failed });
    story.given().when({ type: 'RecordResult', data: result }).thenNothing();
  });
});
