import type { Instant } from '@tocsin/domain-kit';
import type { Holder } from '../holds/holder.ts';
import { matterKey } from '../notices/kind.ts';
import { groupOfLine, withFact, type NoticeLine, type SaidFact } from '../notices/notice-line.ts';
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
    const groups = new Map<string, WaitingGroup>();
    for (const line of this.#free(at)) {
      const { waiting, tenant, peak } = line;
      const group = groupOfLine(line);
      if (waiting === null || group === null || groups.has(group)) continue;
      const { kind, dueAt: firstDueAt } = waiting;
      groups.set(group, { group, tenant, kind, peak, firstDueAt, toldAt: this.#toldAt.get(group) ?? null });
    }
    return Promise.resolve([...groups.values()]);
  }

  linesOf(group: string, at: Instant, limit: number): Promise<readonly NoticeLine[]> {
    const lines = this.#free(at).filter((line) => groupOfLine(line) === group);
    return Promise.resolve(lines.slice(0, limit));
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

  /** The moments at which something that waits becomes due by itself. */
  dueMoments(): readonly Instant[] {
    return [...this.#lines.values()].flatMap(({ waiting }) =>
      waiting === null ? [] : [waiting.hold?.until ?? waiting.dueAt],
    );
  }

  #free(at: Instant): readonly NoticeLine[] {
    return [...this.#lines.values()]
      .filter(({ waiting }) => waiting !== null && waiting.hold === null && waiting.dueAt <= at)
      .sort((a, b) => compare(a.waiting?.dueAt ?? '', b.waiting?.dueAt ?? '') || compare(a.key, b.key));
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isEpisodeLine = ({ key, notice, episodeId }: NoticeLine): boolean =>
  key === matterKey({ notice, kind: 'escalation', episodeId });
