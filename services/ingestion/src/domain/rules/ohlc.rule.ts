import type { BarRule } from './bar-rule.ts';

/** low ≤ min(open, close) ≤ max(open, close) ≤ high. */
export const ohlcRule: BarRule = {
  reason: 'OHLC_VIOLATED',
  violation: ({ open, high, low, close }) => {
    const [bottom, top] = Number(open) < Number(close) ? [open, close] : [close, open];
    if (Number(low) > Number(bottom)) return { field: 'low', detail: `low ${low} is above ${bottom}` };
    if (Number(high) < Number(top)) return { field: 'high', detail: `high ${high} is below ${top}` };
    return null;
  },
};
