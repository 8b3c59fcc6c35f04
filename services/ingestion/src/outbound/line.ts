import { Caller, type BreakerChange, type CallerOptions } from '@tocsin/outbound';

/** Told whenever the breaker of the calls to a provider has moved. */
export type LineListener = (provider: string, change: BreakerChange) => void;

/** The line to one provider, on which everything that is asked of it goes. */
export type Line = {
  readonly caller: Caller;
  /** Says that the provider is called as usual, if it was left alone: the next line begins anew. */
  readonly forget: () => void;
  readonly close: () => Promise<void>;
};

export function openLine(provider: string, options: CallerOptions, onChange: LineListener): Line {
  const caller = new Caller(provider, options);
  caller.onBreaker((change) => {
    onChange(provider, change);
  });
  return {
    caller,
    forget: () => {
      const isLeftAlone = caller.stats().breaker !== 'closed';
      if (isLeftAlone) onChange(provider, { state: 'closed', answered: 0, failed: 0, openMs: 0 });
    },
    close: () => caller.close(),
  };
}
