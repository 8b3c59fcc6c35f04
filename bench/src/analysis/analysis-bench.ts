import {
  analyser,
  measure as measureWindow,
  readArtefact,
  ruleScoreOf,
  trainModel,
  trainRegime,
  WINDOW_BARS,
  withBar,
  type BarWindow,
  type PriceBar,
} from '@tocsin/analysis/analysing';
import {
  measure,
  expectCount,
  secondsOf,
  WrongResult,
  type Measured,
  type Measurement,
  type Way,
} from '../log/measurement.ts';
import { closedBar } from './closed-bar.ts';
import { LibraryIndicators } from './library.ts';
import { longMarket } from './long-market.ts';
import { plainMeasures } from './plain-measures.ts';

/** How many bars one run analyses. */
const BARS = 1_000;

/** How many bars a pair has had before those that are analysed. */
const HISTORIES = [600, 5_000, 50_000] as const;

/** What the models are trained on: the bars of twenty years. */
const TRAINING_BARS = 5_000;

/** Measures what an analysis costs in one process, without a log: beside its library, beside plain arrays, and in time. */
export async function benchAnalysis(rounds: number): Promise<readonly Measured[]> {
  const market = longMarket(Math.max(...HISTORIES) + BARS);
  const models = trained(market.slice(0, TRAINING_BARS));
  const measured: Measured[] = [];
  for (const each of [analysis(market, models), history(market, models), training(market)]) {
    console.error(each.title);
    measured.push(await measure(each, rounds));
    await each.close();
  }
  return measured;
}

/** Models as the service has them: trained, written, and read again. */
function trained(bars: BarWindow) {
  const scope = { symbol: 'SPX', timeframe: '1d', simulated: true } as const;
  const regime = readArtefact(
    JSON.parse(JSON.stringify(trainRegime({ version: 'regime-1', ...scope }, bars))),
  ).artefact;
  if (regime?.kind !== 'gaussian-hmm') throw new WrongResult('the regime model cannot be read');
  const plan = { version: 'linear-1', ...scope, l2: 1, mlWeight: 0.3, regimeModel: regime };
  const scoring = readArtefact(JSON.parse(JSON.stringify(trainModel(plan, bars)))).artefact;
  if (scoring?.kind !== 'linear') throw new WrongResult('the model cannot be read');
  return { regime: regime.model, scoring: scoring.model };
}

type Models = ReturnType<typeof trained>;

/** Lets the window that ends before bar `from` come about bar by bar, as the service does. */
const windowBefore = (market: readonly PriceBar[], from: number): BarWindow =>
  market.slice(Math.max(0, from - WINDOW_BARS - 10), from).reduce<BarWindow>(withBar, []);

function way(name: string, kind: Way['kind'], work: () => number): Way {
  return {
    name,
    kind,
    events: BARS,
    run: async () => {
      let answers = 0;
      const seconds = await secondsOf(() => {
        answers = work();
        return Promise.resolve();
      });
      expectCount(`answers of ${name}`, answers, BARS);
      return seconds;
    },
  };
}

/** Goes through bars one by one, each with the window that it ends. */
function eachWindow(
  market: readonly PriceBar[],
  from: number,
  answer: (window: BarWindow, bar: PriceBar) => boolean,
): number {
  let window = windowBefore(market, from);
  let answers = 0;
  for (const bar of market.slice(from, from + BARS)) {
    window = withBar(window, bar);
    if (answer(window, bar)) answers += 1;
  }
  return answers;
}

function wholeAnalysis(market: readonly PriceBar[], from: number, { scoring, regime }: Models): number {
  const analyse = analyser(scoring, regime);
  return eachWindow(market, from, (window, bar) =>
    analyse(closedBar(bar), window).some(({ type, data }) => type === 'RunCompleted' && data.ml !== null),
  );
}

function analysis(market: readonly PriceBar[], models: Models): Measurement {
  const from = HISTORIES[0];
  const names = {
    streaming: 'trading-signals alone, each bar added once',
    library: 'trading-signals alone, over the window',
    plain: 'plain arrays and our rules',
    rules: 'ours, measures and rules',
    whole: 'ours, the whole: measures, phase, regime, rules, model, facts',
  };
  expectSameScores(market, from);
  return {
    title: `a bar with the ${WINDOW_BARS} that its analysis reads`,
    unit: 'bars/s',
    ways: [
      way(names.streaming, 'limit', () => {
        const indicators = new LibraryIndicators();
        for (const bar of windowBefore(market, from)) indicators.add(bar);
        let answers = 0;
        for (const bar of market.slice(from, from + BARS)) {
          indicators.add(bar);
          if (Number.isFinite(indicators.rsi)) answers += 1;
        }
        return answers;
      }),
      way(names.library, 'peer', () =>
        eachWindow(market, from, (window) => {
          const indicators = new LibraryIndicators();
          for (const bar of window) indicators.add(bar);
          return Number.isFinite(indicators.rsi);
        }),
      ),
      way(names.plain, 'peer', () =>
        eachWindow(market, from, (window) => ruleScoreOf(window, plainMeasures(window)) >= 0),
      ),
      way(names.rules, 'ours', () =>
        eachWindow(market, from, (window) => ruleScoreOf(window, measureWindow(window)) >= 0),
      ),
      way(names.whole, 'ours', () => wholeAnalysis(market, from, models)),
    ],
    goals: [
      { way: names.rules, than: names.library, atLeast: 1 },
      { way: names.rules, than: names.plain, atLeast: 1 },
      { way: names.whole, than: names.library, atLeast: 1 },
    ],
    note:
      'Adding each bar once is the least that indicators can cost, and not what the service may do: its indicators start ' +
      'with the oldest stored bar, so that a restart or a revised bar changes nothing.',
    close: () => Promise.resolve(),
  };
}

/** Plain arrays and ours must come to the same score of every bar, or their speeds are not those of the same work. */
function expectSameScores(market: readonly PriceBar[], from: number): void {
  const same = eachWindow(market, from, (window) => {
    const [ours, plain] = [ruleScoreOf(window, measureWindow(window)), ruleScoreOf(window, plainMeasures(window))];
    return ours === plain;
  });
  expectCount('bars with the same score by plain arrays', same, BARS);
}

function history(market: readonly PriceBar[], models: Models): Measurement {
  const nameOf = (bars: number): string => `after ${bars.toLocaleString('en-GB')} bars`;
  const [shortest, , longest] = HISTORIES;
  return {
    title: 'the whole analysis, by how many bars came before',
    unit: 'bars/s',
    ways: HISTORIES.map((bars) => way(nameOf(bars), 'ours', () => wholeAnalysis(market, bars, models))),
    goals: [{ way: nameOf(longest), than: nameOf(shortest), atLeast: 0.9 }],
    close: () => Promise.resolve(),
  };
}

function training(market: readonly PriceBar[]): Measurement {
  const bars = market.slice(0, TRAINING_BARS);
  const scope = { symbol: 'SPX', timeframe: '1d', simulated: true } as const;
  const trainWay = (name: string, train: () => { readonly digest: string }): Way => {
    const expected = train().digest;
    return {
      name,
      kind: 'ours',
      events: TRAINING_BARS,
      run: async () => {
        let digest = '';
        const seconds = await secondsOf(() => {
          digest = train().digest;
          return Promise.resolve();
        });
        if (digest !== expected) throw new WrongResult(`${name}: the same bars made another model`);
        return seconds;
      },
    };
  };
  return {
    title: `training on ${TRAINING_BARS.toLocaleString('en-GB')} bars`,
    unit: 'bars/s',
    ways: [
      trainWay('a model that scores: samples, seven fits, walk-forward', () =>
        trainModel({ version: 'linear-1', ...scope, l2: 1, mlWeight: 0.3, regimeModel: null }, bars),
      ),
      trainWay('a model of regimes: expectation and maximisation', () =>
        trainRegime({ version: 'regime-1', ...scope }, bars),
      ),
    ],
    goals: [],
    note: 'Each run must make the same bytes as the one before.',
    close: () => Promise.resolve(),
  };
}
