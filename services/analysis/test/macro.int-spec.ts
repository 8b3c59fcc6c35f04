import type { MacroObserved } from '@tocsin/contracts';
import { decimalOf, instant } from '@tocsin/domain-kit';
import { House } from '@tocsin/testkit';
import { AnalysisModule } from '../src/analysis.module.ts';
import { env } from '../src/config.ts';
import type { ToldValue } from '../src/domain/regime/macro/macro-line.ts';
import { schema } from '../src/schema.ts';
import { economyOf, toldOf } from './economies.ts';

const at = instant('2024-01-05T14:00:00.000Z');

const observed = (series: string, { observedOn, vintageOn, value }: ToldValue): MacroObserved => ({
  type: 'MacroObserved',
  data: {
    ...{ series, provider: 'fred', name: series.slice('fred-'.length) },
    ...{ observedOn, vintageOn, value: decimalOf(value, 4), at },
  },
});

/** A day of the month after the judged one, which every series tells of last. */
const FIRST_DAY_AFTER: ToldValue = { observedOn: '2024-01-04', vintageOn: '2024-01-05', value: 1 };

/** Real nats-server, real PostgreSQL: series of an economy go in on ingestion's lane, its regime comes out. */
describe('from macro-economic series to the regime of an economy', () => {
  let house: House;
  beforeEach(async () => {
    house = await House.open({
      plan: { service: 'analysis', module: (config) => AnalysisModule.for(config) },
      config: { ...env.read({}), WINDOWS_IN_MEMORY: 10 },
      schema,
      hears: ['ingestion'],
      clock: 'accelerated',
    });
  });
  afterEach(() => house.close());

  const told = toldOf(1, -1);
  const tell = async (series: string, values: readonly ToldValue[]) => {
    await house.say('ingestion', at, ...values.map((value) => observed(series, value)));
    await house.quiet();
  };
  const seriesOf = (name: string): readonly ToldValue[] => told[name] ?? [];

  it('loads one series after the other, and says where the economy is once enough is known', async () => {
    await tell('fred-T10Y2Y', [...seriesOf('fred-T10Y2Y'), FIRST_DAY_AFTER]);
    await tell('fred-BAA10Y', [...seriesOf('fred-BAA10Y'), FIRST_DAY_AFTER]);
    await tell('fred-GDP', [FIRST_DAY_AFTER]); // Nobody reads it.
    expect(await house.said()).toEqual(['MacroRegimeUnavailable']);

    await house.stop();
    await house.start();
    await tell('fred-T10YIE', [...seriesOf('fred-T10YIE'), FIRST_DAY_AFTER]);
    const facts = await house.facts();
    expect(facts.map(({ type, key }) => [type, key])).toEqual([
      ['MacroRegimeUnavailable', 'US'],
      ['MacroRegimeCommitted', 'US'],
    ]);
    expect(facts[1]?.data).toMatchObject({ from: 'unknown', to: 'GOLDILOCKS', month: '2023-12' });
  });

  it('keeps the series as they would be folded without it', async () => {
    for (const series of Object.keys(told)) await tell(series, seriesOf(series));
    const { rows } = await house.database().query('SELECT economy, lines FROM economy');
    const expected = Object.entries(told).map(([series, values]) => [series, values.map(rounded)] as const);
    expect(rows).toEqual([{ economy: 'US', lines: economyOf(Object.fromEntries(expected)) }]);
    expect(await house.said()).toEqual([]);
  });
});

/** A value with as many decimals as it is told with. */
const rounded = (told: ToldValue): ToldValue => ({ ...told, value: Number(told.value.toFixed(4)) });
