import type { MacroObserved } from '@tocsin/contracts';
import { toNumber } from '@tocsin/domain-kit';
import type { LocalModel } from '@tocsin/event-log';
import type { Economy } from '../domain/regime/macro/economy.ts';
import { INDICATORS } from '../domain/regime/macro/indicators.ts';
import { EMPTY_LINE, withValue } from '../domain/regime/macro/macro-line.ts';

/** The one economy whose series are known here. */
export const ECONOMY = 'US';

/** Keeps the series of the economy that are read for its regime; of others nothing. */
export const economyModel: LocalModel<Economy, MacroObserved> = {
  name: 'economy',
  hears: ['MacroObserved'],
  keyOf: () => ECONOMY,

  fold(economy = {}, { data: { series, observedOn, vintageOn, value } }) {
    const indicator = INDICATORS.find((each) => each.series === series);
    if (indicator === undefined || value === null) return economy;
    const line = economy[series] ?? EMPTY_LINE;
    return { ...economy, [series]: withValue(line, indicator, { observedOn, vintageOn, value: toNumber(value) }) };
  },

  async load(sql, keys) {
    const { rows } = await sql.query<{ economy: string; lines: Economy }>(
      'SELECT economy, lines FROM economy WHERE economy = ANY($1::text[])',
      [keys],
    );
    return new Map(rows.map(({ economy, lines }) => [economy, lines]));
  },

  async save(sql, changed) {
    await sql.query(
      `INSERT INTO economy (economy, lines) SELECT * FROM unnest($1::text[], $2::json[])
       ON CONFLICT (economy) DO UPDATE SET lines = excluded.lines`,
      [[...changed.keys()], [...changed.values()].map((lines) => JSON.stringify(lines))],
    );
  },
};
