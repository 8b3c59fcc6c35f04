import { instant } from '@tocsin/domain-kit';
import { foldProjection } from '@tocsin/event-log';
import fc from 'fast-check';
import { agentSignalEmitted } from '../../test/agent-facts.ts';
import { after, recorded, signalEmitted } from '../../test/facts.ts';
import { isNewer, signalBoard } from './signal-board.projection.ts';

type SignalFact = ReturnType<typeof signalEmitted> | ReturnType<typeof agentSignalEmitted>;

const board = (...facts: readonly SignalFact[]) => foldProjection(signalBoard, recorded(facts))[0];

const A_AT = instant('2014-05-06T10:00:00.000Z');
const B_AT = instant('2014-05-06T10:00:00.001Z');

describe('the signal board', () => {
  it('shows the newest signal of a pair and counts them all', () => {
    const rows = foldProjection(signalBoard, recorded([signalEmitted(0), signalEmitted(1, { signal: 'SELL' })]));
    expect(rows).toEqual([
      expect.objectContaining({
        ...{ pair: 'EURUSD-15m', signal: 'SELL', emitted: 2, stale: 0, position: 2 },
        ...{ saidBy: 'rules', confidence: 0.6, confidencePercent: '60%', riskLevel: null, hiddenHandWarning: false },
      }),
    ]);
  });

  it('T-19 shows B of 10:00:00.001 although A of 10:00:00.000 is delivered after it', () => {
    const a = signalEmitted(0, { signal: 'BUY', analyzedAt: A_AT });
    const b = signalEmitted(1, { signal: 'SELL', analyzedAt: B_AT });
    expect(board(b, a)).toMatchObject({ signal: 'SELL', position: 1, emitted: 2, stale: 1 });
    expect(board(a, b)).toMatchObject({ signal: 'SELL', position: 2, emitted: 2, stale: 0 });
  });

  it('T-19 shows the one that stands later on the lane of two at the same moment', () => {
    const b = signalEmitted(1, { signal: 'SELL', analyzedAt: B_AT });
    const c = signalEmitted(2, { signal: 'HOLD', analyzedAt: B_AT });
    expect(board(b, c)).toMatchObject({ signal: 'HOLD', position: 2, stale: 0 });
    expect(board(c, b)).toMatchObject({ signal: 'SELL', position: 2, stale: 0 });
  });

  it('T-19 guards agents and rules against each other as well', () => {
    const rules = signalEmitted(0, { signal: 'BUY', analyzedAt: B_AT });
    const agent = agentSignalEmitted(0, { signal: 'SELL', analyzedAt: A_AT });
    expect(board(rules, agent)).toMatchObject({ saidBy: 'rules', signal: 'BUY', emitted: 2, stale: 1 });
    expect(board(agent, rules)).toMatchObject({ saidBy: 'rules', signal: 'BUY', emitted: 2, stale: 0 });
  });

  it('shows whose signal it is, what it was multiplied with, and what speaks against it', () => {
    expect(board(signalEmitted(0), agentSignalEmitted(0, { analyzedAt: after(3_600) }))).toMatchObject({
      ...{ saidBy: 'agent', agentId: 'agent-7', taskId: 'task-0', runId: null, signal: 'BUY' },
      ...{ confidence: 0.34, confidenceRaw: 0.85, confidencePercent: '34%', riskScore: 0.4, riskLevel: 'LOW' },
      ...{ degraded: true, hiddenHandWarning: true, phaseSignalConflict: true, phase: 'distribution' },
      adjustments: [
        { code: 'fallback_model', factor: 0.8, reason: 'A fallback answered.', rule_version: 'fallback-1' },
        { code: 'hidden_hand', factor: 0.5, reason: 'Buying into a distribution.', rule_version: 'hh-1' },
      ],
    });
  });

  it('warns of the hidden hand where the rules were multiplied by less than one for it', () => {
    const adjusted = (factor: number) =>
      board(signalEmitted(0, { adjustments: [{ code: 'hidden_hand', factor, reason: 'So.', ruleVersion: 'hh-1' }] }));
    expect(adjusted(0.5)?.hiddenHandWarning).toBe(true);
    expect(adjusted(1)?.hiddenHandWarning).toBe(false);
    const told = { hiddenHandWarning: true, phaseSignalConflict: true, phase: 'distribution' } as const;
    expect(board(signalEmitted(0, told))).toMatchObject(told);
    expect(board(signalEmitted(0))).toMatchObject({ phaseSignalConflict: null, phase: null });
  });

  it('shows the same whatever order signals of different moments come in', () => {
    const moments = fc.uniqueArray(fc.nat({ max: 1_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(moments, (seconds) => {
        const shown = board(...seconds.map((second) => signalEmitted(0, { analyzedAt: after(second) })));
        expect(shown?.analyzedAt).toBe(after(Math.max(...seconds)));
        expect(shown?.emitted).toBe(seconds.length);
        const newestSoFar = seconds.filter((second, index) => second >= Math.max(...seconds.slice(0, index + 1)));
        expect(shown?.stale).toBe(seconds.length - newestSoFar.length);
      }),
    );
  });
});

describe('of two signals', () => {
  it.each([
    [{ analyzedAt: B_AT, position: 1 }, { analyzedAt: A_AT, position: 2 }, true],
    [{ analyzedAt: A_AT, position: 2 }, { analyzedAt: B_AT, position: 1 }, false],
    [{ analyzedAt: A_AT, position: 2 }, { analyzedAt: A_AT, position: 1 }, true],
    [{ analyzedAt: A_AT, position: 1 }, { analyzedAt: A_AT, position: 1 }, false],
  ])('%j is newer than %j: %s', (one, other, newer) => {
    expect(isNewer(one, other)).toBe(newer);
  });
});
