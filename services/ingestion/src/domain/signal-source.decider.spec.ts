import { validateEvent, type ExternalSignalReceived } from '@tocsin/contracts';
import { decimal, instant, isRefusal, type Instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import fc from 'fast-check';
import { signalSourceDecider, type ReceiveSignal, type SignalSource } from './signal-source.decider.ts';

const { given } = specify(signalSourceDecider);

const at = (time: string): Instant => instant(`2026-11-24T${time}Z`);

const receive = (words: string, when: Instant): ReceiveSignal => ({
  type: 'ReceiveSignal',
  data: {
    source: 'desk',
    symbol: 'BTCUSD',
    timeframe: '1h',
    signal: 'BUY',
    price: decimal('91240'),
    words,
    sentAt: null,
    at: when,
  },
});
const received = (words: string, when: Instant): ExternalSignalReceived => ({
  type: 'ExternalSignalReceived',
  data: { ...receive(words, when).data, isUntrusted: true },
});

describe('a sender of signals', () => {
  it('is told as it spoke, with the mark that nobody vouches for its words', () => {
    given()
      .when(receive('buy', at('10:00:00.000')))
      .then(received('buy', at('10:00:00.000')));
  });

  it.each(['10:00:00.000', '10:00:59.999', '09:59:00.001'])('says the same words again at %s in vain', (time) => {
    given(received('buy', at('10:00:00.000')))
      .when(receive('buy', at(time)))
      .thenNothing();
  });

  it.each(['10:01:00.000', '09:59:00.000'])('is heard with the same words at %s, a minute away', (time) => {
    given(received('buy', at('10:00:00.000')))
      .when(receive('buy', at(time)))
      .then(received('buy', at(time)));
  });

  it('is heard with other words at once', () => {
    given(received('buy', at('10:00:00.000')))
      .when(receive('sell', at('10:00:00.000')))
      .then(received('sell', at('10:00:00.000')));
  });

  it('counts the minute from when it was heard, not from when it repeated itself', () => {
    given(received('buy', at('10:00:00.000')), received('sell', at('10:00:30.000')))
      .when(receive('buy', at('10:01:00.000')))
      .then(received('buy', at('10:01:00.000')));
  });

  it('is remembered within 4 KiB whatever it says, and never tells a fact that its schema forbids', () => {
    const speech = fc.record({ words: fc.string({ maxLength: 4 }), ms: fc.integer({ min: 0, max: 90_000 }) });
    fc.assert(
      fc.property(fc.array(speech, { maxLength: 200 }), (speeches) => {
        let state: SignalSource = signalSourceDecider.initialState();
        for (const { words, ms } of speeches) {
          const command = receive(JSON.stringify(words), instant(Date.parse('2026-11-24T10:00:00Z') + ms));
          const outcome = signalSourceDecider.decide(command, state);
          if (isRefusal(outcome)) throw new Error('a sender is never refused');
          outcome.forEach((event) => {
            validateEvent(event);
          });
          state = outcome.reduce(signalSourceDecider.evolve, state);
          expect(signalSourceDecider.decide(command, state)).toEqual([]);
          expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThanOrEqual(4_096);
        }
      }),
      { numRuns: 50 },
    );
  });
});
