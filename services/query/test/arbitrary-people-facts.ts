import fc from 'fast-check';
import { text } from './arbitrary-text.ts';
import { channelChanged, channelRemoved } from './channel-facts.ts';
import { after, deliveryGathered, deliveryRedriven, deliveryWithdrawn, type Fact } from './facts.ts';
import {
  noticeAcknowledged,
  noticeEnded,
  noticeHeld,
  noticeKept,
  noticeQueued,
  noticeReawakened,
  noticeReleased,
  noticeTold,
} from './notice-facts.ts';
import {
  episodeCommented,
  policyChanged,
  silenceCreated,
  silenceExpired,
  simulationCompleted,
  simulationFailed,
  simulationRequested,
} from './people-facts.ts';

const number = fc.nat({ max: 4 });
const channelId = fc.constantFrom('desk', 'ops');
const settings = channelChanged().event.data.channel;

/** What people decide while it runs: few channels, so that facts meet in the same rows. */
export const anyFactOfPeople: fc.Arbitrary<Fact> = fc.oneof<fc.Arbitrary<Fact>[]>(
  fc
    .record({ channelId, name: text, refs: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }), s: fc.nat(99) })
    .map(({ channelId, name, refs, s }) => {
      const secretRefs = refs.map((ref) => ({ ref, until: null }));
      return channelChanged(0, { channelId, channel: { ...settings, name, secretRefs }, at: after(s) });
    }),
  fc.tuple(number, text).map(([n, comment]) => silenceCreated(n, { comment })),
  fc.tuple(number, fc.option(text)).map(([n, by]) => silenceExpired(n, { by })),
  fc.tuple(number, text).map(([n, words]) => episodeCommented(n, { text: words })),
  fc.tuple(number, text).map(([n, reason]) => policyChanged(n, { reason })),
  fc.tuple(number, text).map(([n, title]) => noticeQueued(n, { title })),
  fc.tuple(number, text).map(([n, holder]) => noticeHeld(n, { holder })),
  fc.constantFrom(simulationRequested(), simulationCompleted()),
  text.map((because) => simulationFailed(0, { because })),
  number.map((n) => noticeReleased(n)),
  number.map((n) => noticeTold(n)),
  number.map((n) => noticeKept(n)),
  number.map((n) => noticeAcknowledged(n)),
  number.map((n) => noticeReawakened(n)),
  number.map((n) => noticeEnded(n)),
  number.map((n) => deliveryGathered(n)),
  number.map((n) => deliveryWithdrawn(n)),
  fc.tuple(number, text).map(([n, by]) => deliveryRedriven(n, { by })),
  channelId.map((channelId) => channelRemoved(0, { channelId })),
);
