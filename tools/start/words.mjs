import { DATA } from './paths.mjs';
import { memoryOf } from './memory.mjs';
import { say } from './say.mjs';

/** Says, once everything is open, where to look and what to try. */
export function printWelcome({ api, sinks, nats, postgres }, seconds) {
  say(`
Tocsin is open (${seconds} s). Recorded S&P 500 day bars and a simulated EURUSD feed play on an accelerated clock.

  API            ${api}/api
  API, explored  ${api}/docs
  Health         ${api}/readyz
  What was sent  ${sinks}          (webhooks and mail; nothing leaves this machine)
  Event log      ${nats.url}    nats-server ${nats.name}
  Database       PostgreSQL ${postgres.name}; its address is in ${DATA}/run.json

Three things to try:
  curl '${api}/api/analysis/latest?pair=SPX&tf=1d'      the newest score, and where every point of it came from
  curl '${api}/api/escalations'                         what went wrong, how far it climbed, and how it ended
  curl '${api}/api/notifications?status=delivered'      who was told, once

Ctrl-C stops everything and keeps the data. npm run reset forgets them.`);
}

/** Prints the megabytes of each process, and their sum. */
export function printMemory(processes) {
  const memory = memoryOf(processes);
  const total = Object.values(memory).reduce((sum, megabytes) => sum + megabytes, 0);
  say(JSON.stringify({ memoryMB: { ...memory, total } }));
}
