import type { AnyEvent, ChannelChanged, ChannelRemoved, PolicyChanged, Repeats } from '@tocsin/contracts';
import type { LocalModel } from '@tocsin/event-log';
import type { Addressee, Wishes } from '../../domain/notices/heard.ts';
import { versionOf } from '../../domain/round/choices.ts';

/** What a tenant has chosen, as far as it matters when something is heard. */
export type KnownTenant = {
  /** Whether it ever had a channel: then what it was told of is followed to its end. */
  readonly hasChannels: boolean;
  /** Null while it has no routing policy of its own. */
  readonly routing: { readonly version: number; readonly repeats: Repeats } | null;
  readonly wishes: Readonly<Record<string, Wishes>>;
};

/** All tenants, for each concerns each: they are one value. */
export type KnownTenants = Readonly<Record<string, KnownTenant>>;

/** The key of the one value. */
export const ALL_TENANTS = 'all';

const UNHEARD_OF: KnownTenant = { hasChannels: false, routing: null, wishes: {} };

/** Whose people may have to be told of something that is heard. */
export const knownTenants: LocalModel<KnownTenants, PolicyChanged | ChannelChanged | ChannelRemoved> = {
  name: 'known_tenant',
  hears: ['PolicyChanged', 'ChannelChanged', 'ChannelRemoved'],
  keyOf: () => ALL_TENANTS,
  reads: {
    on: [
      'EpisodeRaised',
      'EpisodeCleared',
      'EpisodeAcknowledged',
      'AcknowledgementExpired',
      'RunCompleted',
      'SignalEmitted',
    ],
    keysOf: () => [ALL_TENANTS],
  },

  async load(sql) {
    const { rows } = await sql.query<{ tenants: KnownTenants }>('SELECT tenants FROM known_tenant');
    return new Map(rows.map(({ tenants }) => [ALL_TENANTS, tenants]));
  },

  fold(tenants = {}, event) {
    const { tenant } = event.data;
    const before = tenants[tenant] ?? UNHEARD_OF;
    const after = changed(before, event);
    return after === before ? tenants : { ...tenants, [tenant]: after };
  },

  async save(sql, values) {
    await sql.query(
      `INSERT INTO known_tenant (id, tenants) VALUES ($1, $2::jsonb)
       ON CONFLICT (id) DO UPDATE SET tenants = excluded.tenants`,
      [ALL_TENANTS, JSON.stringify(values.get(ALL_TENANTS) ?? {})],
    );
  },
};

function changed(
  before: KnownTenant,
  event: Extract<AnyEvent, PolicyChanged | ChannelChanged | ChannelRemoved>,
): KnownTenant {
  switch (event.type) {
    case 'PolicyChanged': {
      const version = versionOf(event.data);
      if (version?.kind !== 'routing') return before;
      return { ...before, routing: { version: version.version, repeats: version.policy.repeats } };
    }
    case 'ChannelChanged': {
      const { channelId, channel } = event.data;
      const { enabled, success, signals } = channel;
      const wishes = { success: enabled ? success : 'restoration', signals: enabled && signals } as const;
      return { ...before, hasChannels: true, wishes: { ...before.wishes, [channelId]: wishes } };
    }
    case 'ChannelRemoved': {
      const wishes = Object.entries(before.wishes).filter(([channelId]) => channelId !== event.data.channelId);
      return { ...before, wishes: Object.fromEntries(wishes) };
    }
  }
}

/** Whose people may have to be told: those of the start, and every tenant that has or had a channel. */
export function addresseesNow(boot: readonly Addressee[], tenants: KnownTenants): readonly Addressee[] {
  const bootRouting = boot[0]?.routing;
  const known = boot.map((addressee) => joined(addressee, tenants[addressee.tenant] ?? UNHEARD_OF));
  const others = Object.entries(tenants).flatMap(([tenant, one]) =>
    one.hasChannels && bootRouting !== undefined && boot.every((addressee) => addressee.tenant !== tenant)
      ? [joined({ tenant, routing: bootRouting, wishes: [] }, one)]
      : [],
  );
  return [...known, ...others];
}

const joined = ({ tenant, routing, wishes }: Addressee, known: KnownTenant): Addressee => ({
  tenant,
  routing: known.routing ?? routing,
  wishes: [...wishes, ...Object.values(known.wishes)],
});
