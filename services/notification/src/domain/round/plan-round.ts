import type { Level } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { holdOn, standingHolderOf, type Hold } from '../holds/hold.ts';
import { isOver, type Holder } from '../holds/holder.ts';
import { groupDueAt, isGathered } from '../notices/group.ts';
import type { NoticeKind } from '../notices/kind.ts';
import type { NoticeCommand } from '../notices/notice.commands.ts';
import type { LineWaiting, NoticeLine } from '../notices/notice-line.ts';
import { audienceOf, bookOf, newestRoutingOf, type AddressBook } from './address-book.ts';
import { lettersOf, type Letter, type Telling } from './letters.ts';

/** Lines that wait together, and when the first of them became due. */
export type WaitingGroup = {
  readonly group: string;
  readonly tenant: string;
  readonly kind: NoticeKind;
  readonly peak: Level;
  readonly firstDueAt: Instant;
  /** When the group was told last; null for never. */
  readonly toldAt: Instant | null;
};

/** What a round reads: only what is due, and who holds something. */
export type NoticeBoard = {
  /** Groups with a line that is due at `at` and that nothing holds. */
  readonly groupsDue: (at: Instant) => Promise<readonly WaitingGroup[]>;
  /** The lines of a group that are due at `at` and that nothing holds, in the order in which they became so. */
  readonly linesOf: (group: string, at: Instant, limit: number) => Promise<readonly NoticeLine[]>;
  /** Everyone who holds something. */
  readonly holders: () => Promise<readonly Holder[]>;
  readonly linesHeldBy: (holder: Holder, limit: number) => Promise<readonly NoticeLine[]>;
  /** Those of `notices` of which an episode stands. */
  readonly standing: (notices: readonly string[]) => Promise<ReadonlySet<string>>;
};

/** Something to bring to the log, all of it or nothing. */
export type Decision = {
  /** Its natural key. */
  readonly id: string;
  readonly commands: readonly { readonly notice: string; readonly command: NoticeCommand }[];
  readonly letters: readonly Letter[];
  /** The group that it tells; null where it tells nobody anything. */
  readonly group: string | null;
  readonly causedBy: NoticeLine['queuedBy'];
};

export type Look = {
  readonly board: NoticeBoard;
  /** Asked only where there is something to decide. */
  readonly readBook: () => Promise<AddressBook>;
  readonly at: Instant;
  /** Where people see more; null where nobody said. */
  readonly publicUrl: string | null;
  /** Things that one message of a group is about at most, where that is not the usual. */
  readonly membersMax?: ReadonlyMap<string, number>;
};

/** Lines that one look takes on of a group or a holder; the rest has its turn at the next. */
const LINES_MAX = 5_000;
/** Things that one message is about at most. */
const MEMBERS_MAX = 500;

/** A line that waits for something. */
type Due = { readonly line: NoticeLine; readonly waiting: LineWaiting };

/**
 * Looks once at what is due, and decides what to tell now, what to hold, and what to let go. It asks how things stand at
 * this moment and remembers nothing, so that it may die and start again at any time.
 */
export async function planRound(look: Look): Promise<readonly Decision[]> {
  const { board, at } = look;
  const [groups, holders] = await Promise.all([board.groupsDue(at), board.holders()]);
  if (groups.length === 0 && holders.length === 0) return [];
  const book = await look.readBook();
  const standing = await board.standing(holders.map(({ holder }) => holder));
  const decisions: Decision[] = [];
  for (const holder of holders) {
    if (!isOver(holder, bookOf(book, holder.tenant).holds, standing, at)) continue;
    const lines = dueOf(await board.linesHeldBy(holder, LINES_MAX));
    const holds = await holdsOn(lines, book, look);
    decisions.push(...lines.map((due) => held(due, holds, at) ?? released(due, at)));
  }
  for (const group of groups) {
    const { grouping } = newestRoutingOf(bookOf(book, group.tenant));
    if (groupDueAt(group, group.firstDueAt, group.toldAt, grouping) > at) continue;
    const lines = dueOf(await board.linesOf(group.group, at, LINES_MAX));
    const holds = await holdsOn(lines, book, look);
    decisions.push(...lines.flatMap((due) => held(due, holds, at) ?? []));
    const tellings = lines
      .filter(({ line }) => !holds.has(line.key))
      .map((due) => ({ ...due, channels: audienceOf(due.line, bookOf(book, group.tenant)) }));
    const messages = chunks(tellings, isGathered(group.kind) ? (look.membersMax?.get(group.group) ?? MEMBERS_MAX) : 1);
    decisions.push(...messages.map((members) => told(members, group.group, look)));
  }
  return decisions;
}

const dueOf = (lines: readonly NoticeLine[]): readonly Due[] =>
  lines.flatMap((line) => (line.waiting === null ? [] : [{ line, waiting: line.waiting }]));

/** What keeps each of the lines from being told, by their keys. */
async function holdsOn(
  lines: readonly Due[],
  book: AddressBook,
  { board, at }: Look,
): Promise<ReadonlyMap<string, Hold>> {
  const asked = new Set(lines.flatMap(({ line }) => standingHolderOf(line)?.holder ?? []));
  const standing = asked.size === 0 ? new Set<string>() : await board.standing([...asked]);
  return new Map(
    lines.flatMap(({ line }) => {
      const hold = holdOn(line, bookOf(book, line.tenant).holds, standing, at);
      return hold === null ? [] : [[line.key, hold] as const];
    }),
  );
}

/** How a line stood when somebody looked. */
const asSeen = ({ line: { tenant, scope, episodeId }, waiting: { kind, level, repeatIndex } }: Due, at: Instant) => ({
  tenant,
  scope,
  kind,
  episodeId,
  level,
  repeatIndex,
  at,
});

const rungOf = ({ line, waiting: { kind, level, repeatIndex } }: Due): string =>
  `${line.key}:${kind}:${level}:${repeatIndex}`;

function held(due: Due, holds: ReadonlyMap<string, Hold>, at: Instant): Decision | null {
  const { line } = due;
  const hold = holds.get(line.key);
  if (hold === undefined) return null;
  return {
    id: `hold:${rungOf(due)}:${hold.holder}:${at}`,
    commands: [{ notice: line.notice, command: { type: 'Hold', data: { ...asSeen(due, at), ...hold } } }],
    letters: [],
    group: null,
    causedBy: line.queuedBy,
  };
}

const released = (due: Due, at: Instant): Decision => ({
  id: `release:${rungOf(due)}:${due.waiting.hold?.holder ?? ''}:${at}`,
  commands: [{ notice: due.line.notice, command: { type: 'Release', data: asSeen(due, at) } }],
  letters: [],
  group: null,
  causedBy: due.line.queuedBy,
});

/** One message on each channel, and what every member remembers of it. */
function told(members: readonly [Telling, ...Telling[]], group: string, { at, publicUrl }: Look): Decision {
  const [first] = members;
  return {
    id: `tell:${rungOf(first)}:${at}`,
    commands: members.map((member) => ({
      notice: member.line.notice,
      command: { type: 'Tell', data: { ...asSeen(member, at), channels: member.channels, group } },
    })),
    letters: lettersOf(members, { group, at, publicUrl }),
    group,
    causedBy: first.line.queuedBy,
  };
}

function chunks<T>(all: readonly T[], size: number): readonly (readonly [T, ...T[]])[] {
  const parts: (readonly [T, ...T[]])[] = [];
  for (let from = 0; from < all.length; from += size) {
    const [first, ...others] = all.slice(from, from + size);
    if (first !== undefined) parts.push([first, ...others]);
  }
  return parts;
}
