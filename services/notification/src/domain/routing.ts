import type { DeliveryIntended } from '@tocsin/contracts';
import { assert } from '@tocsin/domain-kit';

/** A rung of the severity ladder. */
export type Level = DeliveryIntended['data']['level'];

/** By what means a channel reaches people. */
export type ChannelKind = DeliveryIntended['data']['channelKind'];

/** One way to reach people; its id stands in subjects and in notification ids. */
export type Channel = { readonly id: string; readonly kind: ChannelKind };

/** Which kinds of channel hear of which level; `all` is every enabled channel, of whatever kind. */
export type Routes = Readonly<Record<Level, 'all' | readonly ChannelKind[]>>;

/** Who can be told here and now, and who is to be told of what. */
export type Routing = { readonly routes: Routes; readonly enabled: readonly Channel[] };

/** Lowest first. */
const LADDER: readonly Level[] = ['INFO', 'WARN', 'ERROR', 'CRITICAL'];

/** Tells whether `level` is a higher rung than `than`. */
export const isAbove = (level: Level, than: Level): boolean => LADDER.indexOf(level) > LADDER.indexOf(than);

/** The enabled channels that hear of `level`, in the order in which they were enabled. */
export function channelsFor({ routes, enabled }: Routing, level: Level): readonly Channel[] {
  const kinds = routes[level];
  return kinds === 'all' ? enabled : enabled.filter(({ kind }) => kinds.includes(kind));
}

/**
 * Returns `routing` once it is known that nothing can happen of which nobody hears.
 * The notice relies on it: an episode that is not told is one that was told before and came back.
 */
export function reachingSomebody(routing: Routing): Routing {
  for (const level of LADDER) {
    assert(channelsFor(routing, level).length > 0, `an enabled channel hears of ${level}`);
  }
  return routing;
}
