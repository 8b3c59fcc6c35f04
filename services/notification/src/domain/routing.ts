import { matchesAll, type ChannelPolicy, type Labels, type Level, type Routes } from '@tocsin/contracts';

/** One way to reach people; its id stands in subjects and in notification ids. */
export type Channel = Pick<ChannelPolicy, 'id' | 'kind'>;

/** A channel that is enabled and leads somewhere, and what it wants to hear of. */
export type Listener = Channel & Pick<ChannelPolicy, 'minLevel' | 'events' | 'standby'>;

/** Who can be told here and now, and who is to be told of what. */
export type Routing = { readonly routes: Routes; readonly channels: readonly Listener[] };

/** Lowest first. */
const LADDER: readonly Level[] = ['INFO', 'WARN', 'ERROR', 'CRITICAL'];

/** Tells whether `level` is a higher rung than `than`. */
export const isAbove = (level: Level, than: Level): boolean => LADDER.indexOf(level) > LADDER.indexOf(than);

/**
 * The channels that hear of something at `level`, in the order of the policy. CRITICAL is for everybody, whatever a
 * channel has chosen; one on standby only takes over from others.
 */
export function channelsFor({ routes, channels }: Routing, level: Level, labels: Labels): readonly Channel[] {
  const kinds = routes[level];
  return channels.filter(
    ({ kind, minLevel, events = [], standby = false }) =>
      !standby &&
      (kinds === 'all' || kinds.includes(kind)) &&
      !isAbove(minLevel, level) &&
      (level === 'CRITICAL' || matchesAll(events, labels)),
  );
}

/** Those of `channels` that have a wish for good news with these labels. */
export const listenersFor = <C extends Listener>(
  channels: readonly C[],
  labels: Labels,
  asks: (channel: C) => boolean,
): readonly C[] =>
  channels.filter((channel) => channel.standby !== true && asks(channel) && matchesAll(channel.events ?? [], labels));

/**
 * The levels of which nobody would hear; the policy of the start must leave none. INFO is told to those who were told
 * before, whatever the routes say.
 */
export const unheardLevels = ({ routes, channels }: Routing): readonly Level[] => {
  const unchoosy = channels.map(({ id, kind, minLevel, standby = false }) => ({ id, kind, minLevel, standby }));
  return LADDER.filter(
    (level) => isAbove(level, 'INFO') && channelsFor({ routes, channels: unchoosy }, level, {}).length === 0,
  );
};
