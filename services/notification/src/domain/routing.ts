import type { ChannelPolicy, Level, Routes } from '@tocsin/contracts';

/** One way to reach people; its id stands in subjects and in notification ids. */
export type Channel = Pick<ChannelPolicy, 'id' | 'kind'>;

/** Who can be told here and now, and who is to be told of what. */
export type Routing = {
  readonly routes: Routes;
  /** Only those that are enabled and lead somewhere. */
  readonly channels: readonly (Channel & Pick<ChannelPolicy, 'minLevel'>)[];
};

/** Lowest first. */
const LADDER: readonly Level[] = ['INFO', 'WARN', 'ERROR', 'CRITICAL'];

/** Tells whether `level` is a higher rung than `than`. */
export const isAbove = (level: Level, than: Level): boolean => LADDER.indexOf(level) > LADDER.indexOf(than);

/** The channels that hear of `level`, in the order of the policy. */
export function channelsFor({ routes, channels }: Routing, level: Level): readonly Channel[] {
  const kinds = routes[level];
  return channels.filter(
    ({ kind, minLevel }) => (kinds === 'all' || kinds.includes(kind)) && !isAbove(minLevel, level),
  );
}

/**
 * The levels of which nobody would hear; a policy must leave none. The notice relies on it: an episode that is not told
 * is one that was told before and came back. INFO is told to those who were told before, whatever the routes say.
 */
export const unheardLevels = (routing: Routing): readonly Level[] =>
  LADDER.filter((level) => isAbove(level, 'INFO') && channelsFor(routing, level).length === 0);
