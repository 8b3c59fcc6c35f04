import { configFile } from './house.mjs';
import { DATA, IS_LIVE } from './paths.mjs';
import { memoryOf } from './memory.mjs';
import { say } from './say.mjs';

const PLAYED = 'Recorded S&P 500 day bars and a simulated EURUSD feed play on an accelerated clock.';
const LIVE = `The feeds of ${configFile()} are watched; a change of it takes effect at once.`;

const LATEST = "/api/analysis/latest?pair=SPX&tf=1d'      the newest score, and where every point of it came from";
const STATUS = "/api/ingestion/status'                    how fresh every pair is, and how its provider does";

/** Says, once everything is open, where to look and what to try. */
export function printWelcome({ api, sinks, nats, postgres }, seconds) {
  say(`
Tocsin is open (${seconds} s). ${IS_LIVE ? LIVE : PLAYED}

  API            ${api}/api
  API, explored  ${api}/docs
  Health         ${api}/readyz
  What was sent  ${sinks}          (webhooks and mail; nothing leaves this machine)
  Event log      ${nats.url}    nats-server ${nats.name}
  Database       PostgreSQL ${postgres.name}; its address is in ${DATA}/run.json

Three things to try:
  curl '${api}${IS_LIVE ? STATUS : LATEST}
  curl '${api}/api/escalations'                         what went wrong, how far it climbed, and how it ended
  curl '${api}/api/notifications?status=delivered'      who was told, once

Ctrl-C stops everything and keeps the data. npm run reset${IS_LIVE ? ' -- --live' : ''} forgets them.`);
}

/** Prints the megabytes of each process, and their sum. */
export function printMemory(processes) {
  const memory = memoryOf(processes);
  const total = Object.values(memory).reduce((sum, megabytes) => sum + megabytes, 0);
  say(JSON.stringify({ memoryMB: { ...memory, total } }));
}
