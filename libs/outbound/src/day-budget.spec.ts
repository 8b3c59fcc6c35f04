import { DayBudget } from './day-budget.ts';

describe('a budget of calls for a day', () => {
  it('is used up call by call, and is whole again at midnight UTC', () => {
    let now = Date.parse('2026-03-02T23:59:59.000Z');
    const budget = new DayBudget(2, () => now);
    expect([budget.left, budget.renewsInMs]).toEqual([2, 1_000]);

    budget.take();
    expect(budget.left).toBe(1);
    budget.take();
    budget.take(); // A call that was on its way already.
    expect(budget.left).toBe(0);

    now += 999;
    expect([budget.left, budget.renewsInMs]).toEqual([0, 1]);
    now += 1;
    expect([budget.left, budget.renewsInMs]).toEqual([2, 86_400_000]);
  });

  it('is not had twice when the clock is set back over midnight', () => {
    let now = Date.parse('2026-03-03T00:00:00.000Z');
    const budget = new DayBudget(2, () => now);
    budget.take();
    now -= 1_000;
    expect(budget.left).toBe(1);
    now += 1_000;
    expect(budget.left).toBe(1);
  });
});
