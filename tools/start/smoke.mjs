import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './say.mjs';

/** What must be seen before a smoke run counts. */
const COMPLETE_MIN = 200;
const REACHED_WITHIN_MS = 150_000;
const LOOK_EVERY_MS = 250;
const PAGE = 500;

const LADDER = ['INFO', 'WARN', 'ERROR', 'CRITICAL'];

/**
 * Looks at the running house through its REST interface alone until an alarm has climbed to CRITICAL and cleared, enough
 * analyses are complete, and what was sent has arrived; then counts everything. `seconds.firstSignal` counts from the
 * moment when every service was open.
 */
export async function smoke({ house: { api, sinks, nats, postgres }, seconds, watch, signal }) {
  const look = lookAt(api, sinks);
  const openedAt = watch.sinceStart();
  const until = performance.now() + REACHED_WITHIN_MS;
  let firstSignal = null;
  let missing;
  do {
    signal.throwIfAborted();
    const { pairs, signals } = await look.now();
    if (firstSignal === null && signals > 0) firstSignal = round(watch.sinceStart() - openedAt);
    missing = await look.missing(pairs);
    if (missing.length > 0) await sleep(LOOK_EVERY_MS);
  } while (missing.length > 0 && performance.now() < until);

  for (const lack of missing) say(`not reached in ${REACHED_WITHIN_MS / 1_000} s: ${lack}`);
  const { pairs, signals } = await look.now();
  const { peak, isCleared } = await look.escalation();
  return {
    ok: missing.length === 0,
    seconds: { ...seconds, firstSignal, total: watch.sinceStart() },
    nats: nats.name,
    postgres: postgres.name,
    bars: await look.bars(pairs),
    analyses: { complete: await look.analyses(pairs, 'COMPLETE'), failed: await look.analyses(pairs, 'FAILED') },
    signals,
    escalation: { peak, cleared: isCleared },
    notifications: { delivered: (await look.arrived()).size },
    api,
  };
}

const round = (seconds) => Math.round(seconds * 100) / 100;

/** Asks the query service, and, for what has really arrived, the sinks. */
function lookAt(api, sinks) {
  const symbolsOf = (pairs) => [...new Set(pairs.map(({ symbol }) => symbol))];

  const look = {
    async now() {
      const [{ pairs }, { items }] = await Promise.all([
        ask(`${api}/api/ingestion/status`),
        ask(`${api}/api/signals/board`),
      ]);
      return { pairs, signals: items.reduce((sum, { emitted }) => sum + emitted, 0) };
    },

    async bars(pairs) {
      const counts = pairs.map(({ symbol, timeframe }) => count(`${api}/api/bars`, { symbol, tf: timeframe }));
      return sum(await Promise.all(counts));
    },

    async analyses(pairs, status) {
      return sum(
        await Promise.all(symbolsOf(pairs).map((pair) => count(`${api}/api/analysis/history`, { pair, status }))),
      );
    },

    /** The highest level that any pair has been at, and whether such an alarm has ended. */
    async escalation() {
      const episodes = await all(`${api}/api/escalations`, { scope_kind: 'pair' });
      const height = Math.max(-1, ...episodes.map(({ peak }) => LADDER.indexOf(peak)));
      const peak = LADDER[height] ?? null;
      return { peak, isCleared: episodes.some((episode) => episode.peak === peak && episode.status === 'cleared') };
    },

    /** Every id that the sinks have received, once. */
    async arrived() {
      const { webhook, email } = await ask(`${sinks}/deliveries`);
      return new Set([...webhook.ids, ...email.ids]);
    },

    /** What is still to come, one line each. */
    async missing(pairs) {
      const { peak, isCleared } = await look.escalation();
      const complete = await look.analyses(pairs, 'COMPLETE');
      const ledger = await all(`${api}/api/notifications`, { status: 'delivered' });
      const arrived = await look.arrived();
      const sent = ledger.filter(({ channel_kind: kind }) => kind !== 'log');
      const lost = sent.filter(({ notification_id: id }) => !arrived.has(id));
      return [
        ...(peak === 'CRITICAL' ? [] : [`the highest level is ${peak ?? 'none'}, not CRITICAL`]),
        ...(isCleared ? [] : ['no alarm of that level has cleared']),
        ...(complete >= COMPLETE_MIN ? [] : [`${complete} of ${COMPLETE_MIN} analyses are complete`]),
        ...(sent.length > 0 ? [] : ['nothing was delivered to a webhook or by mail']),
        ...(lost.length === 0 ? [] : [`${lost.length} deliveries are in the ledger and not in the sinks`]),
      ];
    },
  };
  return look;
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

const count = async (url, parameters) => (await all(url, parameters)).length;

/** Reads a list to its end, page by page. */
async function all(url, parameters) {
  const items = [];
  let cursor = null;
  do {
    const query = new URLSearchParams({ ...parameters, limit: String(PAGE), ...(cursor && { cursor }) });
    const page = await ask(`${url}?${query}`);
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return items;
}

/** A service that is just starting again, or behind, is asked again. */
async function ask(url) {
  for (let tries = 1; ; tries++) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
      if (answer.ok) return await answer.json();
      if (answer.status < 500 || tries === 20)
        throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
    } catch (error) {
      if (tries === 20 || error.message.startsWith(url)) throw error;
    }
    await sleep(500);
  }
}
