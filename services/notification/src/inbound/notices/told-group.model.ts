import type { NoticeTold } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { LocalModel } from '@tocsin/event-log';

/** When each group was told last: what comes soon after is gathered. */
export const toldGroups: LocalModel<Instant, NoticeTold> = {
  name: 'told_group',
  hears: ['NoticeTold'],
  keyOf: ({ data }) => data.group,

  async load(sql, keys) {
    const { rows } = await sql.query<{ group_name: string; told_at: Instant }>(
      'SELECT group_name, told_at FROM told_group WHERE group_name = ANY ($1::text[])',
      [keys],
    );
    return new Map(rows.map(({ group_name, told_at }) => [group_name, told_at]));
  },

  fold: (toldAt, { data: { at } }) => (toldAt === at ? toldAt : at),

  async save(sql, changed) {
    await sql.query(
      `INSERT INTO told_group (group_name, told_at) SELECT * FROM unnest($1::text[], $2::timestamptz[])
       ON CONFLICT (group_name) DO UPDATE SET told_at = excluded.told_at`,
      [[...changed.keys()], [...changed.values()]],
    );
  },
};
