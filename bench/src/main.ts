import { measureLatency } from './latency.ts';
import { measureThroughput } from './throughput.ts';

const USAGE = `npm run bench -- throughput [events]                  the log's stretches, on servers of its own
npm run bench -- latency <api> <nats> [bars]          bar to queryable analysis, beside a running npm start`;

const [what = '', first, second, third] = process.argv.slice(2);

switch (what) {
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
          symbol: 'EURUSD',
          timeframe: '15m',
          bars: Number(third ?? 600),
        }),
      ),
    );
    break;
  default:
    console.error(USAGE);
    process.exitCode = 2;
}
