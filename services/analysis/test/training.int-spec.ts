import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BarClosed } from '@tocsin/contracts';
import { pairOf } from '@tocsin/domain-kit';
import { House } from '@tocsin/testkit';
import { AnalysisModule } from '../src/analysis.module.ts';
import { env } from '../src/config.ts';
import { schema } from '../src/schema.ts';
import { readLaneBars } from '../src/training/bars/lane-bars.ts';
import { train } from '../src/training/train.ts';
import { closedBar, revisedBar } from './closed-bars.ts';
import { sp500 } from './markets.ts';

const bars = sp500().slice(0, 1_200);
const [first] = bars;

describe('the bars of a feed in the log', () => {
  let house: House;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-training-'));
    house = await House.open({
      plan: { service: 'analysis', module: (config) => AnalysisModule.for(config) },
      config: env.read({}),
      schema,
      hears: ['ingestion'],
    });
    const told = bars.map((bar): BarClosed => ({ type: 'BarClosed', data: closedBar(bar, { backfill: true }) }));
    const other = told
      .slice(0, 3)
      .map(({ type, data }) => ({ type, data: { ...data, pair: pairOf('SPX', '1h'), simulated: true } }));
    await house.say('ingestion', told.at(-1)?.data.receivedAt ?? '', ...other, ...told);
    await house.quiet();
  });
  afterAll(async () => {
    await house.close();
    rmSync(folder, { recursive: true });
  });

  it('are read as they were told last, and those of no other feed', async () => {
    expect(await readLaneBars(house.natsUrl, pairOf('SPX', '1d'))).toEqual({ bars, simulated: false });
    expect(await readLaneBars(house.natsUrl, pairOf('SPX', '1h'))).toEqual({
      bars: bars.slice(0, 3),
      simulated: true,
    });
    expect(await readLaneBars(house.natsUrl, pairOf('DAX', '1d'))).toEqual({ bars: [], simulated: false });

    if (first === undefined) throw new Error('the file has no bars');
    const revised = { ...first, close: first.close + 1, high: first.high + 1 };
    const data = revisedBar(revised);
    await house.say('ingestion', data.receivedAt, { type: 'BarRevised', data });
    await house.quiet();
    expect(await readLaneBars(house.natsUrl, pairOf('SPX', '1d'))).toEqual({
      bars: [revised, ...bars.slice(1)],
      simulated: false,
    });
  });

  it('are what a model is trained on', async () => {
    const card = await train(
      'regime',
      { symbol: 'SPX', timeframe: '1d', out: folder, number: '1', l2: '1', 'every-market': false },
      house.natsUrl,
    );
    expect(card).toContain(readFileSync(join(folder, 'SPX-1d-regime-1.md'), 'utf8'));
    expect(card).toContain('Fitted to 1199 returns from 2000-01-03T14:30:00.000Z');
  });
});
