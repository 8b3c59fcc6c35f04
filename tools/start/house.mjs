import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DATA, IS_LIVE, LOGS, ROOT, SECRETS } from './paths.mjs';

/** In the order of the day: who hears whom. */
export const SERVICES = ['ingestion', 'analysis', 'escalation', 'notification', 'query'];

/** The process that receives what notification sends; it opens first and drains last, so that nothing sent is lost. */
export const SINKS = 'sinks';

const HOST = '127.0.0.1';
const ANY_PORT = 0;
const SECRET_FILE = join(DATA, 'webhook.secret');
const at = (port) => `http://${HOST}:${port}`;

/**
 * Takes the ports that others must know beforehand: people ask query, and notification sends to the sinks. The other
 * services take any free one each time they start, so none can be taken from them meanwhile.
 */
export async function takePorts(takePort) {
  return { query: await takePort(), sinks: await takePort(), smtp: await takePort() };
}

/** Where people ask. */
export const apiOf = (ports) => at(ports.query);

/** The receivers of webhooks and mail. They need neither log nor database, and make the secret that both sides know. */
export function planSinks(ports) {
  return {
    name: SINKS,
    script: 'tools/dist/src/sinks.js',
    url: at(ports.sinks),
    env: {
      TOCSIN_DATA: DATA,
      SINK_HTTP_PORT: String(ports.sinks),
      SINK_SMTP_PORT: String(ports.smtp),
      WEBHOOK_SECRET_FILE: SECRET_FILE,
    },
  };
}

/** What each service runs, where it listens, and what it is told. */
export function planServices(ports, { natsUrl, databaseUrl }) {
  return SERVICES.map((name) => ({
    name,
    script: `services/${name}/dist/src/main.js`,
    env: {
      NATS_URL: natsUrl,
      DATABASE_URL: databaseUrl,
      ...(IS_LIVE ? { TOCSIN_CLOCK: 'wall', TOCSIN_CONFIG: configFile() } : { TOCSIN_CLOCK: 'accelerated' }),
      TOCSIN_INSTANCE: `${name}-0`,
      TOCSIN_DATA: DATA,
      HTTP_HOST: HOST,
      HTTP_PORT: String(ports[name] ?? ANY_PORT),
      LOG_FILE: join(LOGS, `${name}.log`),
      ...(['notification', 'query'].includes(name) && { SECRETS_DIRECTORY: SECRETS }),
      ...(name === 'notification' && channels(ports)),
    },
  }));
}

/** The configuration of a live run: the one that is named, the workspace's own, or Kraken's public bars of every minute. */
export function configFile() {
  if (process.env.TOCSIN_CONFIG) return resolve(process.env.TOCSIN_CONFIG);
  const own = join(ROOT, 'tocsin.config.json');
  return existsSync(own) ? own : join(ROOT, 'proto-schemas/policy/tocsin-config.good/kraken.json');
}

/** The sinks are of this machine, which channels may not reach unless that is allowed. */
const channels = (ports) => ({
  ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8,::1/128',
  WEBHOOK_URL: `${at(ports.sinks)}/webhook`,
  WEBHOOK_SECRET_FILE: SECRET_FILE,
  SMTP_URL: `smtp://${HOST}:${ports.smtp}`,
  MAIL_FROM: 'Tocsin <tocsin@example.org>',
  MAIL_TO: 'on-call@example.org',
});
