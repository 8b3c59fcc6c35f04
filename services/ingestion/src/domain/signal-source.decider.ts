import type { ExternalSignalReceived } from '@tocsin/contracts';
import { msBetween, type Decider, type Instant, type Message } from '@tocsin/domain-kit';
import { digestOf } from './digest.ts';

/** Somebody outside said what to do. */
export type ReceiveSignal = Message<'ReceiveSignal', Omit<ExternalSignalReceived['data'], 'isUntrusted'>>;

/** What a sender has said last, oldest first: a digest of the words, and when they were taken for news. */
export type SignalSource = { readonly recent: readonly (readonly [words: string, at: Instant])[] };

/** Senders try again when nobody answers them in time, within seconds; a minute later the same words are another alert. */
const SAME_WORDS_WITHIN_MS = 60_000;

/** So many words are remembered, 44 bytes each: who says more in a minute is heard, if need be twice. */
const RECENT_WORDS_MAX = 80;

/** A sender of signals: what it says is told as it is, but the same words within a minute only once. */
export const signalSourceDecider: Decider<ReceiveSignal, ExternalSignalReceived, SignalSource> = {
  initialState: () => ({ recent: [] }),

  decide({ data: { source, symbol, timeframe, signal, price, words, sentAt, at } }, { recent }) {
    const digest = digestOf(words);
    if (recent.some((said) => said[0] === digest && isSoonAfter(said[1], at))) return [];
    return [
      {
        type: 'ExternalSignalReceived',
        data: { source, symbol, timeframe, signal, price, words, isUntrusted: true, sentAt, at },
      },
    ];
  },

  evolve({ recent }, { data: { words, at } }) {
    const still = recent.filter((said) => isSoonAfter(said[1], at));
    return { recent: [...still, [digestOf(words), at] as const].slice(-RECENT_WORDS_MAX) };
  },
};

/** The intake has several instances, whose clocks differ: what came later may bear an earlier time. */
const isSoonAfter = (before: Instant, at: Instant): boolean => Math.abs(msBetween(before, at)) < SAME_WORDS_WITHIN_MS;
