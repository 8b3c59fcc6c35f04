import { readFileSync } from 'node:fs';
import { instant, isRefusal, msBetween, refuse, type Decider, type Instant, type Message } from './index.ts';

// #region example
type Alert = { readonly status: 'quiet' } | { readonly status: 'open'; readonly raisedAt: Instant };
type AlertCommand = Message<'RaiseAlert' | 'ResolveAlert', { readonly at: Instant }>;
type AlertEvent =
  Message<'AlertRaised', { readonly at: Instant }> | Message<'AlertResolved', { readonly openMs: number }>;

const alertDecider: Decider<AlertCommand, AlertEvent, Alert, 'alert-not-open'> = {
  initialState: () => ({ status: 'quiet' }),

  decide({ type, data: { at } }, alert) {
    switch (type) {
      case 'RaiseAlert':
        return alert.status === 'open' ? [] : [{ type: 'AlertRaised', data: { at } }];
      case 'ResolveAlert':
        if (alert.status === 'quiet') return refuse('alert-not-open', 'There is nothing to resolve.');
        return [{ type: 'AlertResolved', data: { openMs: msBetween(alert.raisedAt, at) } }];
    }
  },

  evolve(_alert, { type, data }) {
    switch (type) {
      case 'AlertRaised':
        return { status: 'open', raisedAt: data.at };
      case 'AlertResolved':
        return { status: 'quiet' };
    }
  },
};
// #endregion example

describe('the example of the README', () => {
  const { decide, evolve, initialState } = alertDecider;
  const raised: AlertEvent = { type: 'AlertRaised', data: { at: instant('2026-03-02T09:30:00.000Z') } };
  const resolve: AlertCommand = { type: 'ResolveAlert', data: { at: instant('2026-03-02T09:31:00.000Z') } };

  it('answers with facts, or with a reasoned no', () => {
    expect(decide({ type: 'RaiseAlert', data: raised.data }, initialState())).toEqual([raised]);
    expect(decide(resolve, evolve(initialState(), raised))).toEqual([
      { type: 'AlertResolved', data: { openMs: 60_000 } },
    ]);
    expect(isRefusal(decide(resolve, initialState()))).toBe(true);
  });

  it('is the one that stands there', () => {
    const text = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
    const [, region = ''] = /#region example\n([\s\S]*?)\/\/ #endregion/.exec(text('./readme.spec.ts')) ?? [];
    expect(text('../README.md')).toContain(region);
  });
});
