import type {
  AcknowledgementExpired,
  DeliveryDeadLettered,
  DeliverySucceeded,
  EpisodeAcknowledged,
  EpisodeCleared,
  EpisodeRaised,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import type { LocalModel } from '@tocsin/event-log';
import type { EpisodeStanding } from '../domain/deliveries/relevance.ts';

type EpisodeFact = EpisodeRaised | EpisodeCleared | EpisodeAcknowledged | AcknowledgementExpired;

/** How each episode stands, so that a late letter about it can be compared with that. */
export const episodeStanding: LocalModel<EpisodeStanding, EpisodeFact> = {
  name: 'episode_standing',
  hears: ['EpisodeRaised', 'EpisodeCleared', 'EpisodeAcknowledged', 'AcknowledgementExpired'],
  keyOf: ({ data }) => data.episodeId,

  async load(sql, keys) {
    const { rows } = await sql.query<{ episode_id: string; is_over: boolean; acknowledged_until: Instant | null }>(
      `SELECT episode_id, is_over, acknowledged_until FROM episode_standing WHERE episode_id = ANY ($1)`,
      [keys],
    );
    return new Map(
      rows.map(({ episode_id, is_over, acknowledged_until: acknowledgedUntil }) => [
        episode_id,
        is_over ? { status: 'over' } : { status: 'open', acknowledgedUntil },
      ]),
    );
  },

  fold(standing = { status: 'open', acknowledgedUntil: null }, { type, data }) {
    switch (type) {
      case 'EpisodeRaised': // A higher rung asks for somebody again.
        return standing.status === 'open' && standing.acknowledgedUntil === null
          ? standing
          : { status: 'open', acknowledgedUntil: null };
      case 'EpisodeCleared':
        return { status: 'over' };
      case 'EpisodeAcknowledged':
        return standing.status === 'over' ? standing : { status: 'open', acknowledgedUntil: data.until };
      case 'AcknowledgementExpired':
        return standing.status === 'over' ? standing : { status: 'open', acknowledgedUntil: null };
    }
  },

  async save(sql, changed) {
    const entries = [...changed];
    await sql.query(
      `INSERT INTO episode_standing (episode_id, is_over, acknowledged_until)
       SELECT * FROM unnest($1::text[], $2::boolean[], $3::timestamptz[])
       ON CONFLICT (episode_id) DO UPDATE
       SET is_over = excluded.is_over, acknowledged_until = excluded.acknowledged_until`,
      [
        entries.map(([episodeId]) => episodeId),
        entries.map(([, { status }]) => status === 'over'),
        entries.map(([, standing]) => (standing.status === 'open' ? standing.acknowledgedUntil : null)),
      ],
    );
  },
};

/** Whether each channel brought its newest message through, or gave it up. */
export const channelRecord: LocalModel<{ readonly isFailing: boolean }, DeliverySucceeded | DeliveryDeadLettered> = {
  name: 'channel_record',
  hears: ['DeliverySucceeded', 'DeliveryDeadLettered'],
  keyOf: ({ data }) => data.channelId,

  async load(sql, keys) {
    const { rows } = await sql.query<{ channel_id: string; is_failing: boolean }>(
      `SELECT channel_id, is_failing FROM channel_record WHERE channel_id = ANY ($1)`,
      [keys],
    );
    return new Map(rows.map(({ channel_id, is_failing: isFailing }) => [channel_id, { isFailing }]));
  },

  fold(record, { type }) {
    const isFailing = type === 'DeliveryDeadLettered';
    return record?.isFailing === isFailing ? record : { isFailing };
  },

  async save(sql, changed) {
    const entries = [...changed];
    await sql.query(
      `INSERT INTO channel_record (channel_id, is_failing) SELECT * FROM unnest($1::text[], $2::boolean[])
       ON CONFLICT (channel_id) DO UPDATE SET is_failing = excluded.is_failing`,
      [entries.map(([channelId]) => channelId), entries.map(([, { isFailing }]) => isFailing)],
    );
  },
};
