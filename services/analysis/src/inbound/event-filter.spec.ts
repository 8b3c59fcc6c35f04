import { fileURLToPath } from 'node:url';
import { readEventFilter } from './event-filter.ts';

const example = (path: string): string =>
  fileURLToPath(new URL(`../../../../proto-schemas/policy/event-filter.${path}.json`, import.meta.url));

describe('the file of the event filter', () => {
  it('is read, and there are no events without one', () => {
    expect(readEventFilter(example('good/rate-decision'))).toMatchObject([{ at: '2026-12-17T13:15:00.000Z' }]);
    expect(readEventFilter(null)).toEqual([]);
  });

  it('is refused by its name and the field', () => {
    expect(() => readEventFilter(example('bad/negative-minutes'))).toThrow(
      /negative-minutes\.json is not as it must be:\s+\/events\/0\/beforeMinutes must be >= 0/,
    );
    expect(() => readEventFilter(example('good/no-such-file'))).toThrow(/no-such-file\.json cannot be read/);
  });
});
