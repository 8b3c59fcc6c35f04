import type { PolicyChanged } from '@tocsin/contracts';
import type { LocalModel, Sql } from '@tocsin/event-log';
import { versionOf, type PolicyVersion } from '../../domain/round/choices.ts';

/** Every version of the policies that say who is told what and when: an open episode keeps the one that it began with. */
export const policyVersions: LocalModel<PolicyVersion | undefined, PolicyChanged> = {
  name: 'policy_version',
  hears: ['PolicyChanged'],
  keyOf: ({ data: { policyId, version } }) => `${policyId}/${version}`,

  async load(sql, keys) {
    const { rows } = await sql.query<{ key: string; version: PolicyVersion }>(
      'SELECT key, version FROM policy_version WHERE key = ANY ($1::text[])',
      [keys],
    );
    return new Map(rows.map(({ key, version }) => [key, version]));
  },

  fold: (before, { data }) => versionOf(data) ?? before,

  async save(sql, changed) {
    const rows = [...changed].flatMap(([key, version]) => (version === undefined ? [] : [{ key, version }]));
    await sql.query(
      `INSERT INTO policy_version (key, version) SELECT * FROM unnest($1::text[], $2::jsonb[]) ON CONFLICT (key) DO NOTHING`,
      [rows.map(({ key }) => key), rows.map(({ version }) => JSON.stringify(version))],
    );
  },
};

export async function readPolicyVersions(sql: Sql): Promise<readonly PolicyVersion[]> {
  const { rows } = await sql.query<{ version: PolicyVersion }>('SELECT version FROM policy_version ORDER BY key');
  return rows.map(({ version }) => version);
}
