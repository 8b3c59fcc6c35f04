import { fileURLToPath } from 'node:url';
import type { AnyEvent, BarClosed, BarRevised, Recorded } from '@tocsin/contracts';
import { isRefusal } from '@tocsin/domain-kit';
import { House } from '@tocsin/testkit';
import { analysis } from '../src/analysis.entity.ts';
import { AnalysisModule } from '../src/analysis.module.ts';
import { env } from '../src/config.ts';
import type { Analysis } from '../src/domain/analysis.ts';
import { withBar, type BarWindow, type PriceBar } from '../src/domain/bar-window.ts';
import { schema } from '../src/schema.ts';
import { exampleModel } from './artefacts.ts';
import { closedBar, revisedBar } from './closed-bars.ts';
import { sp500 } from './markets.ts';

const bars = sp500();
/** The examples of the schema: one model for the S&P 500 by day, and one for every market by the quarter of an hour. */
const MODELS = fileURLToPath(new URL('../../../proto-schemas/policy/model.good', import.meta.url));
const BACKFILLED = 300;

/** The bar number `at` of the S&P 500, as its feed says it. */
function barClosed(at: number, difference: Partial<BarClosed['data']> = {}): BarClosed {
  const bar = bars[at];
  if (bar === undefined) throw new RangeError(`the file has no bar ${at}`);
  const data = closedBar(bar, { backfill: at < BACKFILLED, ...difference });
  return { type: 'BarClosed', data: { ...data, freshness: { ...data.freshness, schedulable: !data.backfill } } };
}

const openHouse = (clock: 'wall' | 'accelerated', models: string | null = null) =>
  House.open({
    plan: { service: 'analysis', module: (config) => AnalysisModule.for(config) },
    config: { ...env.read({}), WINDOWS_IN_MEMORY: 10, ANALYSIS_MODELS: models },
    schema,
    hears: ['ingestion'],
    clock,
  });

/** The bar number `at` told otherwise: it closed one per cent higher. */
function barRevised(at: number): { readonly event: BarRevised; readonly bar: PriceBar } {
  const bar = bars[at];
  if (bar === undefined) throw new RangeError(`the file has no bar ${at}`);
  const close = Math.round(bar.close * 101) / 100;
  const revised = { ...bar, close, high: Math.max(bar.high, close) };
  return { event: { type: 'BarRevised', data: revisedBar(revised) }, bar: revised };
}

/** What the service ought to have said, decided here without it: facts without the moments of writing them down. */
function expectedOf(from: number, to: number, revised?: PriceBar): readonly unknown[] {
  let state = analysis.decider.initialState();
  let window: BarWindow = [];
  const said: unknown[] = [];
  for (let at = 0; at < to; at += 1) {
    const bar = bars[at];
    if (bar === undefined) break;
    window = withBar(window, bar);
    const { data } = barClosed(at);
    const barRecordedAt = data.receivedAt;
    const request = {
      bar: data,
      barRecordedAt,
      window,
      model: null,
      regimeModel: null,
      mlWeight: 0.3,
      events: [],
      now: data.receivedAt,
    };
    const outcome = analysis.decider.decide({ type: 'AnalyseBar', data: request }, state);
    if (isRefusal(outcome)) throw new Error(outcome.because);
    if (revised?.openAt === bar.openAt) window = withBar(window, revised);
    state = outcome.reduce(analysis.decider.evolve, state);
    if (at >= from) said.push(...outcome.map(timeless));
  }
  return said;
}

/** A fact without `barRecordedAt`, which is the wall clock's. */
const timeless = ({ type, data }: AnyEvent): unknown => ({ type, data: { ...data, barRecordedAt: null } });

/** Real nats-server, real PostgreSQL: bars go in on ingestion's lane, runs come out on analysis's. */
describe('from closed bars to runs', () => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse('accelerated');
  });
  afterEach(() => house.close());

  const tell = async (from: number, to: number) => {
    for (let at = from; at < to; at += 1) {
      const bar = barClosed(at);
      await house.say('ingestion', bar.data.receivedAt, bar);
    }
  };
  const tellAtOnce = (from: number, to: number) => {
    const told = Array.from({ length: to - from }, (_, at) => barClosed(from + at));
    return house.say('ingestion', told.at(-1)?.data.receivedAt ?? '', ...told);
  };

  it('stores what was back-filled, and analyses each later bar once', async () => {
    await tellAtOnce(0, BACKFILLED);
    await house.quiet();
    expect(await house.said()).toEqual([]);

    await tell(BACKFILLED, BACKFILLED + 12);
    await house.quiet();
    const facts = await house.facts();
    expect(facts.map(timeless)).toEqual(expectedOf(BACKFILLED, BACKFILLED + 12));

    // The same bar said again is refused.
    await house.say('ingestion', facts.at(-1)?.time ?? '', barClosed(BACKFILLED + 11));
    await house.quiet();
    expect(await house.facts()).toEqual(facts);
  });

  it('says nothing of a bar that is told otherwise, and reads it so from then on', async () => {
    await tellAtOnce(0, BACKFILLED);
    await tell(BACKFILLED, BACKFILLED + 3);
    await house.quiet();
    const facts = await house.facts();
    const { event, bar } = barRevised(BACKFILLED + 2);
    await house.say('ingestion', event.data.receivedAt, event);
    await house.quiet();
    expect(await house.facts()).toEqual(facts);

    await tell(BACKFILLED + 3, BACKFILLED + 4);
    await house.quiet();
    const said = (await house.facts()).map(timeless);
    expect(said).toEqual(expectedOf(BACKFILLED, BACKFILLED + 4, bar));
    expect(said).not.toEqual(expectedOf(BACKFILLED, BACKFILLED + 4));
  });

  it('says the same whether it was stopped in between or not', async () => {
    await tellAtOnce(0, BACKFILLED);
    await tell(BACKFILLED, BACKFILLED + 10);
    await house.quiet();
    await house.stop();
    await tell(BACKFILLED + 10, BACKFILLED + 15);
    await house.start();
    await tell(BACKFILLED + 15, BACKFILLED + 20);
    await house.quiet();

    expect((await house.facts()).map(timeless)).toEqual(expectedOf(BACKFILLED, BACKFILLED + 20));
  });

  it('keeps a state that can be folded again from its lane', async () => {
    await tellAtOnce(0, BACKFILLED);
    await tell(BACKFILLED, BACKFILLED + 5);
    await house.quiet();

    const refolded = (await house.facts()).reduce<Analysis>(
      (state, fact) => (isOwn(fact) ? analysis.decider.evolve(state, fact) : state),
      analysis.decider.initialState(),
    );
    const { rows } = await house.database().query('SELECT type, key, state FROM entity');
    expect(rows).toEqual([{ type: 'analysis', key: 'SPX-1d', state: refolded }]);
  });
});

describe('an analysis beside a folder of models', () => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse('accelerated', MODELS);
  });
  afterEach(() => house.close());

  it('asks the model of its market, and tells which', async () => {
    const told = Array.from({ length: BACKFILLED + 1 }, (_, at) => barClosed(at));
    await house.say('ingestion', told.at(-1)?.data.receivedAt ?? '', ...told);
    await house.quiet();

    const completed = (await house.facts()).find(({ type }) => type === 'RunCompleted');
    expect(completed?.data).toMatchObject({
      ml: { modelVersion: 'linear-1', modelDigest: exampleModel.digest },
      mlMissing: false,
      modelVersion: 'linear-1',
    });
  });
});

describe('a bar that is heard years late, by the wall clock', () => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse('wall');
  });
  afterEach(() => house.close());

  it('is overtaken', async () => {
    const { data } = barClosed(0, { backfill: false, timeframe: '15m' });
    const freshness = { ...data.freshness, marketState: 'OPEN' } as const;
    await house.say('ingestion', data.receivedAt, { type: 'BarClosed', data: { ...data, freshness } });
    await house.quiet();

    const [skipped, ...rest] = await house.facts();
    expect(skipped).toMatchObject({ type: 'RunSkipped', data: { reason: 'OVERTAKEN' } });
    expect(rest).toEqual([]);
  });
});

type Own = Parameters<typeof analysis.decider.evolve>[1];

const OWN = [
  'RunStarted',
  'PhaseCommitted',
  'RegimeCommitted',
  'RunCompleted',
  'SignalEmitted',
  'RunSkipped',
  'RunFailed',
] as const satisfies readonly Own['type'][];

const isOwn = (fact: Recorded<AnyEvent>): fact is Recorded<Own> => OWN.some((type) => type === fact.type);
