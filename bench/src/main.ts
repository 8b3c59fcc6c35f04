import { parseArgs } from 'node:util';
import { benchLog } from './log/log-bench.ts';
import { sectionOf, tableOf } from './log/table.ts';
import { benchAnalysis } from './analysis/analysis-bench.ts';
import { measureAtRest } from './ingestion/at-rest.ts';
import { measureBurst } from './ingestion/burst.ts';
import { benchDeliveries } from './notification/deliveries.ts';
import { measureOpenEpisodes } from './notification/open-episodes.ts';
import { measureOutage } from './notification/outage.ts';
import { measureLatency } from './latency.ts';
import { measureThroughput } from './throughput.ts';

const USAGE = `npm run bench -- log [--json] [--rounds 5] [--events 20000] [--only name]
                                                       the log beside its limits and its peers, on servers of its own
npm run bench -- ingestion [minutes]                  1,000 and 10,000 pairs with a bar in every minute, all at once
npm run bench -- analysis [--rounds 5] [--json]       bars per second through rules, model, phase and regime
npm run bench -- notification [--rounds 5]            deliveries beside a bare loop, open episodes, and a receiver's outage
npm run bench -- throughput [events]                  the log's stretches, on servers of its own
npm run bench -- latency <api> <nats> [bars] [symbol timeframe] [--warm-up 300]
                                                       bar to queryable analysis, beside a running npm start`;

const {
  values: { 'warm-up': warmup, ...values },
  positionals: [what = '', first, second, third, symbol = 'EURUSD', timeframe = '15m'],
} = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    events: { type: 'string', default: '20000' },
    only: { type: 'string', default: '' },
    'warm-up': { type: 'string', default: '300' },
  },
});

switch (what) {
  case 'log': {
    const { json, rounds, events, only } = values;
    const result = await benchLog({
      rounds: Number(rounds),
      events: Number(events),
      only,
      say: (line) => {
        console.error(line);
      },
    });
    console.log(json ? JSON.stringify(result) : tableOf(result));
    if (!result.ok) process.exitCode = 1;
    break;
  }
  case 'ingestion':
    for (const pairs of [0, 1_000, 10_000]) console.log(JSON.stringify(await measureAtRest(pairs)));
    for (const pairs of [1_000, 10_000]) console.log(JSON.stringify(await measureBurst(pairs, Number(first ?? 60))));
    break;
  case 'analysis': {
    const measured = await benchAnalysis(Number(values.rounds));
    console.log(values.json ? JSON.stringify(measured) : measured.map(sectionOf).join('\n\n'));
    if (measured.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
    break;
  }
  case 'notification': {
    const measured = await benchDeliveries(Number(values.rounds), 1_000);
    console.log(sectionOf(measured));
    console.log(JSON.stringify({ openEpisodes: await measureOpenEpisodes() }));
    console.log(JSON.stringify({ outage: await measureOutage() }));
    if (measured.failures.length > 0) process.exitCode = 1;
    break;
  }
  case 'throughput':
    console.log(JSON.stringify(await measureThroughput(Number(first ?? 50_000))));
    break;
  case 'latency':
    if (first === undefined || second === undefined) throw new Error(USAGE);
    console.log(
      JSON.stringify(
        await measureLatency({
          api: first,
          natsUrl: second,
          symbol,
          timeframe,
          bars: Number(third ?? 500),
          warmUpBars: Number(warmup),
        }),
      ),
    );
    break;
  default:
    console.error(USAGE);
    process.exitCode = 2;
}
