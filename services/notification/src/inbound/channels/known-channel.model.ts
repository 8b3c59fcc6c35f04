import type { ChannelChanged, ChannelPolicy, ChannelRemoved, ChannelSettings } from '@tocsin/contracts';
import type { LocalModel, Sql } from '@tocsin/event-log';

/** A channel that somebody made, as it is now. */
export type KnownChannel = {
  readonly channelId: string;
  readonly tenant: string;
  readonly version: number;
  readonly settings: ChannelSettings;
};

type Row = {
  readonly channel_id: string;
  readonly tenant: string;
  readonly version: number;
  readonly settings: ChannelSettings;
};

/** The channels that there are besides those that the operator wires; one that is removed is none. */
export const knownChannels: LocalModel<KnownChannel | null, ChannelChanged | ChannelRemoved> = {
  name: 'known_channel',
  hears: ['ChannelChanged', 'ChannelRemoved'],
  keyOf: ({ data }) => data.channelId,
  asked: {
    on: ['TestChannel'],
    keysOf: ({ type, data }) => (type === 'TestChannel' ? [data.channelId] : []),
  },

  async load(sql, channelIds) {
    const { rows } = await sql.query<Row>(
      'SELECT channel_id, tenant, version, settings FROM known_channel WHERE channel_id = ANY ($1)',
      [channelIds],
    );
    return new Map(rows.map((row) => [row.channel_id, knownOf(row)]));
  },

  fold(_before, { type, data }) {
    switch (type) {
      case 'ChannelChanged': {
        const { channelId, tenant, version, channel: settings } = data;
        return { channelId, tenant, version, settings };
      }
      case 'ChannelRemoved':
        return null;
    }
  },

  async save(sql, changed) {
    const standing = [...changed.values()].filter((known) => known !== null);
    const gone = [...changed].filter(([, known]) => known === null).map(([channelId]) => channelId);
    await sql.query(
      `WITH gone AS (DELETE FROM known_channel WHERE channel_id = ANY ($1))
       INSERT INTO known_channel (channel_id, tenant, version, settings)
       SELECT * FROM unnest($2::text[], $3::text[], $4::integer[], $5::jsonb[])
       ON CONFLICT (channel_id) DO UPDATE
       SET tenant = excluded.tenant, version = excluded.version, settings = excluded.settings`,
      [
        gone,
        standing.map(({ channelId }) => channelId),
        standing.map(({ tenant }) => tenant),
        standing.map(({ version }) => version),
        standing.map(({ settings }) => JSON.stringify(settings)),
      ],
    );
  },
};

/** All channels that somebody made, by their ids. */
export async function readKnownChannels(sql: Sql): Promise<readonly KnownChannel[]> {
  const { rows } = await sql.query<Row>(
    'SELECT channel_id, tenant, version, settings FROM known_channel ORDER BY channel_id',
  );
  return rows.map(knownOf);
}

/** A channel in the words of policies, which know nothing of where it leads. */
export const policyOf = ({ channelId: id, settings }: KnownChannel): ChannelPolicy => {
  const { name, enabled, events, minLevel, success, signals, rate, standby, target } = settings;
  return { id, kind: target.kind, name, enabled, events, minLevel, success, signals, rate, standby };
};

const knownOf = ({ channel_id: channelId, ...rest }: Row): KnownChannel => ({ channelId, ...rest });
