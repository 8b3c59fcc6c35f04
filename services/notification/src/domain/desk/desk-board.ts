import type { Instant } from '@tocsin/domain-kit';
import type { Holder } from '../holds/holder.ts';
import { matterKey } from '../notices/kind.ts';
import { groupOfLine, withFact, type NoticeLine, type SaidFact } from '../notices/notice-line.ts';
import type { NoticeBoard, WaitingGroup } from '../round/plan-round.ts';

type Lines = ReadonlyMap<string, NoticeLine>;

/** Lines that wait together and are free, and the one of them that is due first, as far as somebody looked for it. */
type Gathered = { readonly lines: Map<string, NoticeLine>; first: NoticeLine | null };

/**
 * The board of a desk: the same lines as a service's, in memory. Like there, lines are found by what they wait for, so that
 * a look costs what is due and not what there is.
 */
export class DeskBoard implements NoticeBoard {
  readonly #lines = new Map<string, NoticeLine>();
  readonly #toldAt = new Map<string, Instant>();
  readonly #groups = new Map<string, Gathered>();
  readonly #held = new Map<string, Map<string, NoticeLine>>();
  /** The keys of the open episodes of each notice. */
  readonly #standing = new Map<string, Set<string>>();

  fold(fact: SaidFact): void {
    const key = matterKey(fact.data);
    const before = this.#lines.get(key) ?? null;
    const line = withFact(before, fact);
    if (before !== null) this.#takeOff(before);
    if (line !== null) this.#putOn(line);
    if (fact.type === 'NoticeTold') this.#toldAt.set(fact.data.group, fact.data.at);
  }

  groupsDue(at: Instant): Promise<readonly WaitingGroup[]> {
    return Promise.resolve(this.waitingGroups().filter(({ firstDueAt }) => firstDueAt <= at));
  }

  /** Every group that waits, whenever it is due; the one that is due first, first. */
  waitingGroups(): readonly WaitingGroup[] {
    const firsts = [...this.#groups].flatMap(([group, gathered]) => {
      const line = (gathered.first ??= firstOf(gathered.lines));
      return line === null ? [] : [{ group, line }];
    });
    return firsts
      .sort((a, b) => inOrder(a.line, b.line))
      .flatMap(({ group, line: { tenant, peak, waiting } }) => {
        const toldAt = this.#toldAt.get(group) ?? null;
        return waiting === null ? [] : [{ group, tenant, kind: waiting.kind, peak, firstDueAt: waiting.dueAt, toldAt }];
      });
  }

  linesOf(group: string, at: Instant, limit: number): Promise<readonly NoticeLine[]> {
    const lines = [...(this.#groups.get(group)?.lines.values() ?? [])];
    const due = lines.filter(({ waiting }) => waiting !== null && waiting.dueAt <= at).sort(inOrder);
    return Promise.resolve(due.slice(0, limit));
  }

  holders(): Promise<readonly Holder[]> {
    const some = [...this.#held.values()].flatMap((lines) => [...lines.values()].slice(0, 1));
    return Promise.resolve(some.flatMap(({ tenant, waiting }) => (waiting?.hold ? [{ tenant, ...waiting.hold }] : [])));
  }

  linesHeldBy(holder: Holder, limit: number): Promise<readonly NoticeLine[]> {
    return Promise.resolve([...(this.#held.get(nameOf(holder))?.values() ?? [])].slice(0, limit));
  }

  standing(notices: readonly string[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(notices.filter((notice) => this.#standing.has(notice))));
  }

  /** The moments at which something that is held is let go by itself. */
  releases(): readonly Instant[] {
    const held = [...this.#held.values()].flatMap((lines) => [...lines.values()]);
    return [...new Set(held.flatMap(({ waiting }) => waiting?.hold?.until ?? []))];
  }

  #putOn(line: NoticeLine): void {
    const { key, notice, tenant, waiting } = line;
    this.#lines.set(key, line);
    if (isEpisodeLine(line)) this.#standing.set(notice, (this.#standing.get(notice) ?? new Set()).add(key));
    if (waiting?.hold) {
      const name = nameOf({ tenant, ...waiting.hold });
      this.#held.set(name, (this.#held.get(name) ?? new Map<string, NoticeLine>()).set(key, line));
      return;
    }
    const group = groupOfLine(line);
    if (group === null) return;
    const gathered = this.#groups.get(group) ?? { lines: new Map<string, NoticeLine>(), first: line };
    if (gathered.first !== null && inOrder(line, gathered.first) < 0) gathered.first = line;
    gathered.lines.set(key, line);
    this.#groups.set(group, gathered);
  }

  #takeOff(line: NoticeLine): void {
    const { key, notice, tenant, waiting } = line;
    this.#lines.delete(key);
    removeFrom(this.#standing, notice, key);
    if (waiting?.hold) removeFrom(this.#held, nameOf({ tenant, ...waiting.hold }), key);
    const group = groupOfLine(line);
    const gathered = group === null ? undefined : this.#groups.get(group);
    if (group === null || gathered === undefined) return;
    gathered.lines.delete(key);
    if (gathered.first?.key === key) gathered.first = null;
    if (gathered.lines.size === 0) this.#groups.delete(group);
  }
}

const nameOf = ({ tenant, by, holder }: Holder): string => `${tenant} ${by} ${holder}`;

function removeFrom(
  sets: Map<string, { delete(key: string): boolean; readonly size: number }>,
  name: string,
  key: string,
): void {
  const keys = sets.get(name);
  keys?.delete(key);
  if (keys?.size === 0) sets.delete(name);
}

function firstOf(lines: Lines): NoticeLine | null {
  let first: NoticeLine | null = null;
  for (const line of lines.values()) if (first === null || inOrder(line, first) < 0) first = line;
  return first;
}

/** The order in which lines become due. */
const inOrder = (a: NoticeLine, b: NoticeLine): number =>
  compare(a.waiting?.dueAt ?? '', b.waiting?.dueAt ?? '') || compare(a.key, b.key);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isEpisodeLine = ({ key, notice, episodeId }: NoticeLine): boolean =>
  key === matterKey({ notice, kind: 'escalation', episodeId });
