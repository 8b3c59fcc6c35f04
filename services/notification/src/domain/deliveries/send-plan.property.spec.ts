import type { DeliveryIntendedData } from '@tocsin/contracts';
import fc from 'fast-check';
import { membersOf } from './digest.ts';
import { letterAbout } from './letters.fixture.ts';
import { MEMBERS_MAX, planSends, type ReadyLetter } from './send-plan.ts';

const anyLetter = fc.record({
  level: fc.constantFrom('INFO' as const, 'WARN' as const, 'ERROR' as const, 'CRITICAL' as const),
  kind: fc.constantFrom<DeliveryIntendedData['kind']>('escalation', 'restoration', 'digest', 'test'),
  isPossibleRepeat: fc.boolean(),
  members: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: MEMBERS_MAX })),
});

/** Ready letters as the ledger gives them: CRITICAL first, then in the order in which they were decided. */
const anyQueue = fc.array(anyLetter, { maxLength: 40 }).map((letters) =>
  letters
    .map(({ isPossibleRepeat, members, ...changes }, index): ReadyLetter => {
      const letter = letterAbout(index, changes);
      const [own] = membersOf(letter);
      return {
        letter: own !== undefined && members > 1 ? { ...letter, members: Array(members).fill(own) } : letter,
        isPossibleRepeat,
      };
    })
    .sort((a, b) => Number(b.letter.level === 'CRITICAL') - Number(a.letter.level === 'CRITICAL')),
);
const anyRoom = fc
  .record({ critical: fc.nat(12), kept: fc.nat(3) })
  .map(({ critical, kept }) => ({ critical, ordinary: Math.max(0, critical - kept) }));

describe('what is sent of the letters that are ready', () => {
  it('is nothing twice, and what is not sent waits: nothing is lost', () => {
    fc.assert(
      fc.property(anyQueue, anyRoom, (ready, room) => {
        const { singly, together } = planSends(ready, room);
        const planned = [...singly, ...together.flat()];
        expect(new Set(planned).size).toBe(planned.length);
        for (const item of planned) expect(ready).toContain(item);
        const messages = singly.length + together.length;
        expect(messages).toBeLessThanOrEqual(room.critical);
        const waiting = ready.length - planned.length;
        // Whatever could be told is told, unless every place is taken.
        if (room.critical > 0 && room.critical === room.ordinary && waiting > 0) expect(messages).toBe(room.critical);
      }),
    );
  });

  it('is everything by itself where there is room for it', () => {
    fc.assert(
      fc.property(anyQueue, (ready) => {
        const plan = planSends(ready, { critical: ready.length, ordinary: ready.length });
        expect(plan).toEqual({ singly: ready, together: [] });
      }),
    );
  });

  it('has CRITICAL first, never together with anything else, and keeps its places from what matters less', () => {
    fc.assert(
      fc.property(anyQueue, anyRoom, (ready, room) => {
        const { singly, together } = planSends(ready, room);
        const isCritical = ({ letter }: ReadyLetter): boolean => letter.level === 'CRITICAL';
        const firstOther = singly.findIndex((item) => !isCritical(item));
        if (firstOther !== -1) expect(singly.slice(firstOther).some(isCritical)).toBe(false);
        for (const batch of together) expect(new Set(batch.map(isCritical)).size).toBe(1);
        const ordinary =
          singly.filter((item) => !isCritical(item)).length + together.filter(([a]) => a && !isCritical(a)).length;
        expect(ordinary).toBeLessThanOrEqual(room.ordinary);
        const untold = ready.filter((item) => isCritical(item) && ![...singly, ...together.flat()].includes(item));
        if (untold.length > 0) expect(ordinary).toBe(0);
      }),
    );
  });

  it('gathers at least two, and no more than a message holds, and never what a receiver knows by its id', () => {
    fc.assert(
      fc.property(anyQueue, anyRoom, (ready, room) => {
        for (const batch of planSends(ready, room).together) {
          expect(batch.length).toBeGreaterThan(1);
          const members = batch.reduce((sum, { letter }) => sum + membersOf(letter).length, 0);
          expect(members).toBeLessThanOrEqual(MEMBERS_MAX);
          for (const { letter, isPossibleRepeat } of batch) {
            expect(isPossibleRepeat).toBe(false);
            expect(['escalation', 'restoration']).toContain(letter.kind);
          }
        }
      }),
    );
  });

  it('tells a thousand episodes in as many messages as the channel takes', () => {
    const ready = Array.from({ length: 1_000 }, (_, index) => ({
      letter: letterAbout(index, { level: index % 10 === 0 ? 'CRITICAL' : 'ERROR' }),
      isPossibleRepeat: false,
    })).sort((a, b) => Number(b.letter.level === 'CRITICAL') - Number(a.letter.level === 'CRITICAL'));
    const { singly, together } = planSends(ready, { critical: 10, ordinary: 8 });
    expect(singly.length + together.length).toBe(10);
    expect(together.map((batch) => batch.length)).toEqual([91]);
    const next = planSends(ready.slice(100), { critical: 10, ordinary: 8 });
    expect(next.singly).toHaveLength(6);
    expect(next.together.map((batch) => batch.length)).toEqual([500, 394]);
  });

  it('is never a digest where each episode is an incident of its own', () => {
    const ready = Array.from({ length: 20 }, (_, index) => ({
      letter: letterAbout(index, { channelKind: 'pagerduty' }),
      isPossibleRepeat: false,
    }));
    const plan = planSends(ready, { critical: 5, ordinary: 4 });
    expect(plan.together).toEqual([]);
    expect(plan.singly).toEqual(ready.slice(0, 4));
  });
});
