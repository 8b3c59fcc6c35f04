import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { policyProblems } from '@tocsin/contracts';
import { modelFor } from '../domain/model/artefact.ts';
import { readModels } from '../inbound/models/models.ts';
import { train, UsageFault, type TrainOptions } from './train.ts';

const SP500 = fileURLToPath(new URL('../data/sp500-2000.csv', import.meta.resolve('vega-datasets')));

describe('training on the S&P 500', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-train-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const options = (difference: Partial<TrainOptions> = {}): TrainOptions => ({
    symbol: 'SPX',
    timeframe: '1d',
    csv: SP500,
    out: folder,
    number: '1',
    until: '2004-12-31',
    l2: '1',
    'every-market': false,
    ...difference,
  });
  const written = (name: string): string => readFileSync(join(folder, name), 'utf8');

  it('gives models that analysis takes, each with its card, and the same bytes again', async () => {
    await train('regime', options({ until: '2002-12-31', 'every-market': true }), undefined);
    const card = await train('model', options(), undefined);
    expect(readdirSync(folder).sort()).toEqual([
      'SPX-1d-linear-1.json',
      'SPX-1d-linear-1.md',
      'every-market-1d-regime-1.json',
      'every-market-1d-regime-1.md',
    ]);
    expect(card).toContain(written('SPX-1d-linear-1.md'));

    const { scoring, regimes } = readModels(folder);
    const artefact: unknown = JSON.parse(written('SPX-1d-linear-1.json'));
    expect(policyProblems('model', artefact)).toEqual([]);
    expect(artefact).toMatchObject({
      training: {
        regimeModelVersion: 'regime-1',
        regimeModelFittedTo: '2002-12-31T00:00:00.000Z',
        from: '2000-01-03T00:00:00.000Z',
      },
    });
    expect(modelFor(scoring, { symbol: 'SPX', timeframe: '1d' })?.version).toBe('linear-1');
    expect(regimes.map(({ symbol, version }) => [symbol, version])).toEqual([[null, 'regime-1']]);

    const before = written('SPX-1d-linear-1.json');
    await train('model', options(), undefined);
    expect(written('SPX-1d-linear-1.json')).toBe(before);
  });

  it('warns in the card when its regime model was fitted to bars that it is judged by', async () => {
    await train('regime', options(), undefined);
    expect(await train('model', options(), undefined)).toContain(
      '**Its figures flatter it:** regime-1 was fitted to bars up to 2004-12-31T00:00:00.000Z',
    );
    await train('regime', options({ until: '2001-06-30', number: '2' }), undefined);
    expect(await train('model', options({ number: '2' }), undefined)).not.toContain('flatter');
  });

  it('never puts another model in the place of one that is there', async () => {
    await train('regime', options(), undefined);
    await expect(train('regime', options({ until: '2003-12-31' }), undefined)).rejects.toThrow(
      /SPX-1d-regime-1\.json is there and is another model: give this one the next --number/,
    );
    await train('regime', options({ until: '2003-12-31', number: '2' }), undefined);
    expect(readModels(folder).regimes.map(({ version }) => version)).toEqual(['regime-2', 'regime-1']);
  });

  it('says that there is nothing to learn from a few bars, and writes nothing', async () => {
    await expect(train('model', options({ until: '2000-12-31' }), undefined)).rejects.toThrow(
      /^252 bars make \d+ samples, and 500 are needed$/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each<[string, Partial<TrainOptions>, string, RegExp]>([
    ['something that is not trained', {}, 'forest', /there is no 'forest' to train/],
    ['no symbol', { symbol: undefined }, 'model', /--symbol/],
    ['no timeframe', { timeframe: '2h' }, 'model', /--timeframe is no timeframe: '2h'/],
    ['a number that is none', { number: '0' }, 'model', /--number is a whole number/],
    ['a ridge that is none', { l2: '-1' }, 'model', /--l2/],
    ['a day that is none', { from: '2006' }, 'model', /'2006' is no day/],
    ['neither a table nor a log', { csv: undefined }, 'model', /NATS_URL/],
  ])('is refused for %s', async (_, difference, what, told) => {
    const asked = train(what, options(difference), undefined);
    await expect(asked).rejects.toThrow(UsageFault);
    await expect(asked).rejects.toThrow(told);
  });
});
