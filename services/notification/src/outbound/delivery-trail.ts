import type { DeliveryIntendedData, Recorded } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { LocalModel } from '@tocsin/event-log';
import { membersOf } from '../domain/deliveries/digest.ts';
import type { DeliveryEvent } from '../domain/delivery.decider.ts';

/** What became of one letter, as far as later letters to the same channel depend on it. */
export type Trail = {
  readonly channelId: string;
  readonly kind: DeliveryIntendedData['kind'];
  /** Everything that it was about. */
  readonly episodes: readonly string[];
  readonly takesOverFrom: string | null;
  readonly status: 'open' | 'delivered' | 'unknown' | 'dead-lettered' | 'gathered' | 'withdrawn';
  readonly receipt: string | null;
  /** An attempt of it may have arrived, whatever it counts as. */
  readonly mayHaveArrived: boolean;
  readonly at: Instant;
};

type TrailRow = {
  notification_id: string;
  channel_id: string;
  kind: Trail['kind'];
  episodes: readonly string[];
  takes_over_from: string | null;
  status: Trail['status'];
  receipt: string | null;
  may_have_arrived: boolean;
  at: Instant;
};

/** Which channel was told of which episode, and what it gave as a receipt. */
export const deliveryTrail: LocalModel<Trail, DeliveryEvent> = {
  name: 'delivery_trail',
  hears: [
    'DeliveryIntended',
    'DeliverySucceeded',
    'DeliveryFailed',
    'DeliveryUnknown',
    'DeliveryDeadLettered',
    'DeliveryGathered',
    'DeliveryWithdrawn',
    'DeliveryRedriven',
  ],
  keyOf: ({ data }) => data.notificationId,

  async load(sql, keys) {
    const { rows } = await sql.query<TrailRow>(
      `SELECT notification_id, channel_id, kind, episodes, takes_over_from, status, receipt, may_have_arrived, at
       FROM delivery_trail WHERE notification_id = ANY ($1)`,
      [keys],
    );
    return new Map(rows.map((row) => [row.notification_id, trailOf(row)]));
  },

  fold(trail, event) {
    return trailAfter(trail, event);
  },

  async save(sql, changed) {
    const rows = [...changed].map(([notification_id, { channelId, takesOverFrom, mayHaveArrived, ...trail }]) => ({
      notification_id,
      channel_id: channelId,
      takes_over_from: takesOverFrom,
      may_have_arrived: mayHaveArrived,
      ...trail,
    }));
    await sql.query(
      `INSERT INTO delivery_trail
         (notification_id, channel_id, kind, episodes, takes_over_from, status, receipt, may_have_arrived, at)
       SELECT notification_id, channel_id, kind, episodes, takes_over_from, status, receipt, may_have_arrived, at
       FROM jsonb_to_recordset($1::jsonb) AS trail (notification_id text, channel_id text, kind text, episodes text[],
         takes_over_from text, status text, receipt text, may_have_arrived boolean, at timestamptz)
       ON CONFLICT (notification_id) DO UPDATE
       SET status = excluded.status, receipt = excluded.receipt, may_have_arrived = excluded.may_have_arrived, at = excluded.at`,
      [JSON.stringify(rows)],
    );
  },
};

function trailAfter(trail: Trail | undefined, event: Recorded<DeliveryEvent>): Trail {
  const { type, data } = event;
  if (type === 'DeliveryIntended') {
    return {
      channelId: data.channelId,
      kind: data.kind,
      episodes: [...new Set(membersOf(data).map(({ episodeId }) => episodeId))],
      takesOverFrom: data.takesOverFrom ?? null,
      status: 'open',
      receipt: null,
      mayHaveArrived: false,
      at: data.at,
    };
  }
  // A letter from before there were trails: nobody depends on it.
  const known = trail ?? {
    channelId: data.channelId,
    kind: 'escalation',
    episodes: [],
    takesOverFrom: null,
    receipt: null,
    mayHaveArrived: false,
  };
  const { at } = data;
  switch (type) {
    case 'DeliverySucceeded':
      return { ...known, status: 'delivered', receipt: data.receipt, mayHaveArrived: true, at };
    case 'DeliveryUnknown':
      return { ...known, status: 'unknown', mayHaveArrived: true, at };
    case 'DeliveryFailed':
      return { ...known, status: 'open', mayHaveArrived: known.mayHaveArrived || data.errorCode === 'TIMEOUT', at };
    case 'DeliveryDeadLettered':
      return { ...known, status: 'dead-lettered', at };
    case 'DeliveryGathered':
      return { ...known, status: 'gathered', at };
    case 'DeliveryWithdrawn':
      return { ...known, status: 'withdrawn', mayHaveArrived: known.mayHaveArrived || data.mayHaveArrived, at };
    case 'DeliveryRedriven':
      return { ...known, status: 'open', at };
  }
}

const trailOf = (row: TrailRow): Trail => ({
  channelId: row.channel_id,
  kind: row.kind,
  episodes: row.episodes,
  takesOverFrom: row.takes_over_from,
  status: row.status,
  receipt: row.receipt,
  mayHaveArrived: row.may_have_arrived,
  at: row.at,
});
