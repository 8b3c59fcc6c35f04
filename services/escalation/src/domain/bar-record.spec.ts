import { instant, plusMs, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { BARS_KEPT, badBarsOf, EMPTY_RECORD, isNews, tallyOf, withBar, type BarRecord } from './bar-record.ts';
import { counted, levelFor, NOTHING_COUNTED } from './tally.ts';
import type { Verdict } from './verdict.ts';
import { HOUSE_TERMS } from './terms.ts';

const closeOf = (bar: number): Instant => plusMs(instant('2014-05-05T10:00:00.000Z'), bar * 900_000);
const judged = (bar: number, verdict: Verdict) => ({ barCloseAt: closeOf(bar), verdict, causeEventIds: [`e${bar}`] });
const recordOf = (...verdicts: readonly Verdict[]): BarRecord =>
  verdicts.reduce((record, verdict, bar) => withBar(record, judged(bar, verdict)), EMPTY_RECORD);

const anyVerdict = fc.constantFrom<Verdict>('good', 'failed', 'missed-amber', 'missed-red', 'ignored');

describe('the tally of a pair', () => {
  it.each([
    [['failed'], 'WARN'],
    [['failed', 'failed'], 'ERROR'],
    [['failed', 'failed', 'failed'], 'CRITICAL'],
    [['missed-amber'], 'INFO'],
    [['missed-amber', 'missed-amber'], 'WARN'],
    [['missed-red'], 'ERROR'],
    [['missed-red', 'missed-red', 'missed-red'], 'CRITICAL'],
    [['failed', 'ignored', 'failed'], 'ERROR'],
    [['failed', 'failed', 'good'], 'INFO'],
    [['failed', 'good', 'failed'], 'WARN'],
    [[], 'INFO'],
  ] as const)('of %j asks for %s', (verdicts, level) => {
    expect(levelFor(tallyOf(recordOf(...verdicts)), HOUSE_TERMS.pair)).toBe(level);
  });

  it('is the same as counting every bar ever, though only the newest are kept', () => {
    fc.assert(
      fc.property(fc.array(anyVerdict, { maxLength: 40 }), (verdicts) => {
        expect(tallyOf(recordOf(...verdicts))).toEqual(verdicts.reduce(counted, NOTHING_COUNTED));
      }),
    );
  });

  it('does not depend on the order in which the newest bars are heard', () => {
    const upToEight = fc.array(anyVerdict, { maxLength: BARS_KEPT });
    const shuffled = upToEight.chain((verdicts) => {
      const bars = verdicts.map((verdict, bar) => judged(bar, verdict));
      return fc.tuple(fc.constant(bars), fc.shuffledSubarray(bars, { minLength: bars.length }));
    });
    fc.assert(
      fc.property(shuffled, ([inOrder, asHeard]) => {
        expect(asHeard.reduce(withBar, EMPTY_RECORD)).toEqual(inOrder.reduce(withBar, EMPTY_RECORD));
      }),
    );
  });
});

describe('a verdict', () => {
  it('is news when its bar is new, or when it is graver than what is known', () => {
    const record = recordOf('ignored', 'good', 'missed-amber');
    expect(isNews(record, judged(0, 'good'))).toBe(true);
    expect(isNews(record, judged(1, 'failed'))).toBe(true);
    expect(isNews(record, judged(3, 'ignored'))).toBe(true);
    expect(isNews(record, judged(2, 'missed-amber'))).toBe(false);
    expect(isNews(record, judged(2, 'good'))).toBe(false);
  });

  it('is no news when its bar is older than all that are kept', () => {
    const record = recordOf(...Array.from({ length: BARS_KEPT + 1 }, () => 'good' as const));
    expect(isNews(record, judged(0, 'failed'))).toBe(false);
    expect(isNews(record, judged(1, 'failed'))).toBe(true);
  });

  it('speaks against the pair until the next good bar', () => {
    const bars = badBarsOf(recordOf('failed', 'good', 'missed-amber', 'ignored', 'failed'));
    expect(bars.map(({ barCloseAt }) => barCloseAt)).toEqual([closeOf(2), closeOf(4)]);
  });
});
