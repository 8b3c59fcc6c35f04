import type {
  AcknowledgementExpired,
  ChannelChanged,
  ChannelRemoved,
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
      `INSERT INTO episode_standing (episode_id, is_over, acknowledged_until, ended_at)
       SELECT episode_id, is_over, acknowledged_until, CASE WHEN is_over THEN clock_timestamp() END
       FROM unnest($1::text[], $2::boolean[], $3::timestamptz[]) AS standing (episode_id, is_over, acknowledged_until)
       ON CONFLICT (episode_id) DO UPDATE
       SET is_over = excluded.is_over, acknowledged_until = excluded.acknowledged_until, ended_at = excluded.ended_at`,
      [
        entries.map(([episodeId]) => episodeId),
        entries.map(([, { status }]) => status === 'over'),
        entries.map(([, standing]) => (standing.status === 'open' ? standing.acknowledgedUntil : null)),
      ],
    );
  },
};

/** How a channel stands, as far as it matters to letters that wait for it. */
export type ChannelRecord = {
  /** Whether it gave up the newest message that came to an end. */
  readonly isFailing: boolean;
  /** Whether somebody removed it, or switched it off. */
  readonly isGone: boolean;
};

/** What became of each channel's newest message, and of the channel itself. */
export const channelRecord: LocalModel<
  ChannelRecord,
  DeliverySucceeded | DeliveryDeadLettered | ChannelChanged | ChannelRemoved
> = {
  name: 'channel_record',
  hears: ['DeliverySucceeded', 'DeliveryDeadLettered', 'ChannelChanged', 'ChannelRemoved'],
  keyOf: ({ data }) => data.channelId,

  async load(sql, keys) {
    const { rows } = await sql.query<{ channel_id: string; is_failing: boolean; is_gone: boolean }>(
      `SELECT channel_id, is_failing, is_gone FROM channel_record WHERE channel_id = ANY ($1)`,
      [keys],
    );
    return new Map(rows.map((row) => [row.channel_id, { isFailing: row.is_failing, isGone: row.is_gone }]));
  },

  fold(record, event) {
    const known = record ?? { isFailing: false, isGone: false };
    switch (event.type) {
      case 'DeliverySucceeded':
        return record?.isFailing === false ? record : { ...known, isFailing: false };
      case 'DeliveryDeadLettered':
        return record?.isFailing === true ? record : { ...known, isFailing: true };
      case 'ChannelChanged': // Whoever changes a channel wants to know whether it works now.
        return { isFailing: false, isGone: !event.data.channel.enabled };
      case 'ChannelRemoved':
        return { isFailing: false, isGone: true };
    }
  },

  async save(sql, changed) {
    const entries = [...changed];
    await sql.query(
      `INSERT INTO channel_record (channel_id, is_failing, is_gone)
       SELECT * FROM unnest($1::text[], $2::boolean[], $3::boolean[])
       ON CONFLICT (channel_id) DO UPDATE SET is_failing = excluded.is_failing, is_gone = excluded.is_gone`,
      [
        entries.map(([channelId]) => channelId),
        entries.map(([, { isFailing }]) => isFailing),
        entries.map(([, { isGone }]) => isGone),
      ],
    );
  },
};
