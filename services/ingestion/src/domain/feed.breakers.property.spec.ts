import { isRefusal, plusMs, type Instant } from '@tocsin/domain-kit';
import fc from 'fast-check';
import { begun, QUARTER_MS, refused, twoSources } from '../../test/breaker-story.ts';
import { FeedTimeline } from '../../test/feed-timeline.ts';
import { calendars, decider, observe } from '../../test/feed-words.ts';
import type { FeedCommand } from './feed.commands.ts';
import { evaluateAt } from './feed.ts';

describe('whatever happens to a feed with two providers', () => {
  const happening = fc.oneof(
    fc.record({
      kind: fc.constantFrom('bar', 'bad', 'fail', 'garbage', 'trial', 'idle'),
      provider: fc.constantFrom('simulated', 'second'),
    }),
    fc.record({ kind: fc.constant('idle'), provider: fc.constant('simulated') }),
  );

  it('its breakers move only along their circle, its state stays small, and it always knows when to look again', () => {
    const next: Readonly<Record<string, readonly string[]>> = {
      closed: ['BreakerOpened'],
      open: ['BreakerHalfOpened'],
      'half-open': ['BreakerOpened', 'BreakerProbed', 'BreakerClosed'],
    };
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (story) => {
        const timeline = new FeedTimeline();
        timeline.hear({ type: 'AddFeed', data: { definition: twoSources, at: begun } });
        story.forEach(({ kind, provider }, index) => {
          const closeAt = plusMs(begun, (index + 1) * QUARTER_MS);
          const at = plusMs(closeAt, 2_000);
          timeline.passUntil(at);
          for (const command of commandsOf(kind, provider, closeAt, at)) {
            const outcome = decider.decide(command, timeline.feed);
            if (isRefusal(outcome)) continue;
            timeline.hear(command);
          }
        });
        const { feed, said } = timeline;
        expect(said.reduce(decider.evolve, decider.initialState())).toEqual(feed);
        expect(Buffer.byteLength(JSON.stringify(feed))).toBeLessThan(4_096);
        expect(evaluateAt(feed, calendars)).not.toBeNull();
        const status = new Map<string, string>();
        for (const { type, data } of said) {
          if (!type.startsWith('Breaker') || !('provider' in data)) continue;
          const before = status.get(data.provider) ?? 'closed';
          expect(next[before]).toContain(type);
          if (type === 'BreakerOpened') status.set(data.provider, 'open');
          if (type === 'BreakerHalfOpened') status.set(data.provider, 'half-open');
          if (type === 'BreakerClosed') status.set(data.provider, 'closed');
        }
      }),
      { numRuns: 200 },
    );
  });

  function commandsOf(kind: string, provider: string, closeAt: Instant, at: Instant): readonly FeedCommand[] {
    const openAt = plusMs(closeAt, -QUARTER_MS);
    const asked = { provider, barCloseAt: closeAt, jitter: 0.5, at };
    switch (kind) {
      case 'bar':
        return [
          observe(openAt, at, {}, provider),
          { type: 'EndTrial', data: { provider, newestCloseAt: closeAt, at } },
        ];
      case 'bad':
        return [observe(openAt, at, { low: '9', raw: openAt }, provider)];
      case 'fail':
        return [
          { type: 'ObserveFailure', data: { ...asked, failure: { ...refused, message: 'no', retryAfterMs: null } } },
        ];
      case 'garbage':
        return [{ type: 'ObserveGarbage', data: { ...asked, body: '<html>' } }];
      case 'trial':
        return [{ type: 'EndTrial', data: { provider, newestCloseAt: closeAt, at } }];
      default:
        return [];
    }
  }
});
