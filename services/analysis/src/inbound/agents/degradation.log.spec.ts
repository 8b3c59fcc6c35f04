import type { AnyEvent, Recorded } from '@tocsin/contracts';
import type { FactListener } from '@tocsin/event-log';
import { DegradationLog } from './degradation.log.ts';

describe('the log of the process', () => {
  const warnings: unknown[] = [];
  let heard: FactListener | null = null;
  new DegradationLog(
    { listenToFacts: (listener) => void (heard = listener) },
    { warn: (told: unknown) => void warnings.push(told) },
  ).onApplicationBootstrap();
  const says = (difference: object): void =>
    heard?.onSaid([
      {
        type: 'AgentSignalEmitted',
        data: { pair: 'EURUSD-15m', taskId: 't-1', completedBy: 'agent-7', ...difference },
      } as Recorded<AnyEvent>,
    ]);

  it('warns of a fallback that answered, with both confidences', () => {
    says({ degradedInference: true, confidence: 0.68, confidenceRaw: 0.85 });
    expect(warnings).toMatchObject([{ confidence: 0.68, confidenceRaw: 0.85, completedBy: 'agent-7' }]);
  });

  it('is silent about what the intended model answered', () => {
    warnings.length = 0;
    says({ degradedInference: false });
    expect(warnings).toEqual([]);
  });
});
