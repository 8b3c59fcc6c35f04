import type { Instant } from '@tocsin/domain-kit';
import type { Holder } from '../holds/holder.ts';
import { matterKey } from '../notices/kind.ts';
import { groupOf } from '../notices/group.ts';
import { withFact, type LineWaiting, type NoticeLine, type SaidFact } from '../notices/notice-line.ts';
import type { NoticeBoard, WaitingGroup } from '../round/plan-round.ts';

/** The board of a desk: the same lines as a service's, in memory. */
export class DeskBoard implements NoticeBoard {
  readonly #lines = new Map<string, NoticeLine>();
  readonly #toldAt = new Map<string, Instant>();

  fold(fact: SaidFact): void {
    const key = matterKey(fact.data);
    const line = withFact(this.#lines.get(key) ?? null, fact);
    if (line === null) this.#lines.delete(key);
    else this.#lines.set(key, line);
    if (fact.type === 'NoticeTold') this.#toldAt.set(fact.data.group, fact.data.at);
  }

  groupsDue(at: Instant): Promise<readonly WaitingGroup[]> {
    return Promise.resolve(this.waitingGroups().filter(({ firstDueAt }) => firstDueAt <= at));
  }

  /** Every group that waits, whenever it is due. */
  waitingGroups(): readonly WaitingGroup[] {
    const groups = new Map<string, WaitingGroup>();
    for (const { line, waiting } of this.#free()) {
      const { tenant, peak } = line;
      const { kind, dueAt: firstDueAt } = waiting;
      const group = groupOf({ ...line, kind });
      if (!groups.has(group))
        groups.set(group, { group, tenant, kind, peak, firstDueAt, toldAt: this.#toldAt.get(group) ?? null });
    }
    return [...groups.values()];
  }

  linesOf(group: string, at: Instant, limit: number): Promise<readonly NoticeLine[]> {
    const due = this.#free().filter(
      ({ line, waiting: { kind, dueAt } }) => dueAt <= at && groupOf({ ...line, kind }) === group,
    );
    return Promise.resolve(due.slice(0, limit).map(({ line }) => line));
  }

  holders(): Promise<readonly Holder[]> {
    const holders = [...this.#lines.values()].flatMap(({ tenant, waiting }) =>
      waiting?.hold
        ? [[`${tenant} ${waiting.hold.by} ${waiting.hold.holder}`, { tenant, ...waiting.hold }] as const]
        : [],
    );
    return Promise.resolve([...new Map(holders).values()]);
  }

  linesHeldBy({ tenant, by, holder }: Holder, limit: number): Promise<readonly NoticeLine[]> {
    const lines = [...this.#lines.values()].filter(({ tenant: whose, waiting }) => {
      const hold = waiting?.hold;
      return whose === tenant && hold?.by === by && hold.holder === holder;
    });
    return Promise.resolve(lines.slice(0, limit));
  }

  standing(notices: readonly string[]): Promise<ReadonlySet<string>> {
    const open = new Set([...this.#lines.values()].filter(isEpisodeLine).map(({ notice }) => notice));
    return Promise.resolve(new Set(notices.filter((notice) => open.has(notice))));
  }

  /** The moments at which something that is held is let go by itself. */
  releases(): readonly Instant[] {
    return [...this.#lines.values()].flatMap(({ waiting }) => waiting?.hold?.until ?? []);
  }

  /** What waits and is not held, in the order in which it becomes due. */
  #free(): readonly { readonly line: NoticeLine; readonly waiting: LineWaiting }[] {
    return [...this.#lines.values()]
      .flatMap((line) => (line.waiting === null || line.waiting.hold !== null ? [] : [{ line, waiting: line.waiting }]))
      .sort((a, b) => compare(a.waiting.dueAt, b.waiting.dueAt) || compare(a.line.key, b.line.key));
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isEpisodeLine = ({ key, notice, episodeId }: NoticeLine): boolean =>
  key === matterKey({ notice, kind: 'escalation', episodeId });
