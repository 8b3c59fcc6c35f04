import { existsSync } from 'node:fs';
import { isTimeframe, pairOf, type Timeframe } from '@tocsin/domain-kit';
import type { BarWindow } from '../domain/bar-window.ts';
import { regimeModelFor } from '../domain/regime/regime-model.ts';
import { readArtefacts } from '../inbound/models/models.ts';
import { readCsvBars } from './bars/csv-bars.ts';
import { NothingToLearn } from './nothing-to-learn.ts';
import { readLaneBars, type TrainingBars } from './bars/lane-bars.ts';
import { regimeCard } from './regime/regime-card.ts';
import { trainRegime } from './regime/train-regime.ts';
import { writeReleased } from './released-files.ts';
import { modelCard } from './scoring/model-card.ts';
import { trainModel, type FittedRegimeModel } from './scoring/train-model.ts';

export const USAGE = `npm run train -- --symbol SPX --timeframe 1d           a model that scores bars, and its card
npm run train -- regime --symbol SPX --timeframe 1d    a model of calm and turbulent times, and its card

  --csv FILE        bars of a table instead of those of the log at NATS_URL
  --from, --until   only bars that open on these days or between them, as 2006-12-31
  --out FOLDER      where it is written, models by default; a regime model there is used
  --number N        its number, 1 by default; the highest of a market is in force
  --every-market    for all markets of the timeframe that have no model of their own
  --l2 N            how much large weights are held back, 1 by default`;

/** What was typed after the command. */
export interface TrainOptions {
  readonly symbol?: string | undefined;
  readonly timeframe?: string | undefined;
  readonly csv?: string | undefined;
  readonly out: string;
  readonly number: string;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly l2: string;
  readonly 'every-market': boolean;
}

/** The command was given something that it does not take. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}

/** The share of the composite in which a card judges a model: the one that analysis has by default. */
const ML_WEIGHT = 0.3;

/** Trains what was asked for, writes it with its card, and returns the card and where both are. */
export async function train(what: string, options: TrainOptions, natsUrl: string | undefined): Promise<string> {
  const { symbol, timeframe } = marketIn(options);
  const number = wholeNumber('--number', options.number);
  const l2 = Number(options.l2);
  if (!(l2 >= 0 && Number.isFinite(l2))) throw new UsageFault(`--l2 is a number from 0 up, not '${options.l2}'`);
  if (what !== 'model' && what !== 'regime') throw new UsageFault(`there is no '${what}' to train`);

  const { bars: all, simulated } = await barsFor(options, symbol, timeframe, natsUrl);
  const bars = between(options, all);
  if (bars.length === 0) throw new NothingToLearn(`there are no bars of ${symbol} ${timeframe}`);
  const scope = { symbol: options['every-market'] ? null : symbol, timeframe, simulated };
  if (what === 'regime') {
    const artefact = trainRegime({ version: `regime-${number}`, ...scope }, bars);
    return told(regimeCard(artefact), writeReleased(options.out, artefact, regimeCard(artefact)));
  }
  const regimeModel = regimeModelIn(options.out, symbol, timeframe);
  const plan = { version: `linear-${number}`, ...scope, l2, mlWeight: ML_WEIGHT, regimeModel };
  const artefact = trainModel(plan, bars);
  return told(modelCard(artefact), writeReleased(options.out, artefact, modelCard(artefact)));
}

const told = (card: string, files: { readonly artefact: string; readonly card: string }): string =>
  `${card}\nWritten: ${files.artefact}, ${files.card}`;

function marketIn({ symbol = '', timeframe = '' }: TrainOptions): { symbol: string; timeframe: Timeframe } {
  if (!/^[\x21-\x7e]{1,58}$/.test(symbol)) throw new UsageFault('--symbol says whose bars are trained on');
  if (!isTimeframe(timeframe)) throw new UsageFault(`--timeframe is no timeframe: '${timeframe}'`);
  return { symbol, timeframe };
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageFault(`${name} is a whole number from 1 up, not '${text}'`);
  return Number(text);
}

function barsFor(
  { csv }: TrainOptions,
  symbol: string,
  timeframe: Timeframe,
  natsUrl: string | undefined,
): Promise<TrainingBars> | TrainingBars {
  if (csv !== undefined) return { bars: readCsvBars(csv), simulated: false };
  if (natsUrl === undefined)
    throw new UsageFault('NATS_URL says where the log is; without a log give a table by --csv');
  return readLaneBars(natsUrl, pairOf(symbol, timeframe));
}

function between({ from, until }: TrainOptions, bars: BarWindow): BarWindow {
  for (const day of [from, until])
    if (day !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(day))
      throw new UsageFault(`'${day}' is no day like 2006-12-31`);
  return bars.filter(({ openAt }) => {
    const day = openAt.slice(0, 10);
    return (from === undefined || day >= from) && (until === undefined || day <= until);
  });
}

function regimeModelIn(folder: string, symbol: string, timeframe: Timeframe): FittedRegimeModel | null {
  const fitted = existsSync(folder) ? readArtefacts(folder).filter((each) => each.kind === 'gaussian-hmm') : [];
  const chosen = regimeModelFor(
    fitted.map(({ model }) => model),
    { symbol, timeframe },
  );
  return fitted.find(({ model }) => model === chosen) ?? null;
}
