import { instant } from '@tocsin/domain-kit';
import { isFiltered, type FilteredEvents } from './event-filter.ts';

const decision = {
  name: 'Rate decision of the ECB',
  at: instant('2026-12-17T13:15:00.000Z'),
  beforeMinutes: 30,
  afterMinutes: 60,
  symbols: ['EURUSD'],
};
const events: FilteredEvents = [decision];

describe('the event filter', () => {
  it.each([
    ['2026-12-17T12:44:59.999Z', false],
    ['2026-12-17T12:45:00.000Z', true],
    ['2026-12-17T14:15:00.000Z', true],
    ['2026-12-17T14:15:00.001Z', false],
  ])('of half an hour before and an hour after holds a bar that closes at %s: %s', (at, expected) => {
    expect(isFiltered(events, 'EURUSD', instant(at))).toBe(expected);
  });

  it('concerns the markets that it names, or all of them', () => {
    expect(isFiltered(events, 'SPX', decision.at)).toBe(false);
    expect(isFiltered([{ ...decision, symbols: 'all' }], 'SPX', decision.at)).toBe(true);
    expect(isFiltered([], 'EURUSD', decision.at)).toBe(false);
  });
});
