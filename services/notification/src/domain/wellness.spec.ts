import { doubtOf, type Wellness } from './wellness.ts';

const well: Wellness = { isHolder: true, obstacles: [], escalationSilentMs: 45_000, escalationHalted: null };

describe('that all is well', () => {
  it('is said while this instance works, hears and speaks, and escalation is heard of', () => {
    expect(doubtOf(well)).toBeNull();
  });

  it.each([
    ['this instance stands by', { isHolder: false }, /stands by/],
    ['a lane is halted', { obstacles: ['lane LOG_ESCALATION halted at position 7'] }, /halted at position 7/],
    ['escalation has not been heard of yet', { escalationSilentMs: null }, /not heard of/],
    ['escalation is not heard of any more', { escalationSilentMs: 45_001 }, /not heard of/],
    ['a lane of escalation is halted', { escalationHalted: 'its own lane' }, /escalation: its own lane/],
  ] as const)('is not said when %s', (_, changes, doubt) => {
    expect(doubtOf({ ...well, ...changes })).toMatch(doubt);
  });
});
