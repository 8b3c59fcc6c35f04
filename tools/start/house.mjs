import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA, LOGS } from './paths.mjs';

/** In the order of the day: who hears whom. Query comes first, because its port is the one that people know. */
export const SERVICES = ['query', 'ingestion', 'analysis', 'escalation', 'notification'];

/** The process that receives what notification sends; it drains last, so that nothing that was sent is lost. */
export const SINKS = 'sinks';

/**
 * Plans the processes of the house: what each runs, where it listens, and what it is told.
 *
 * @param {{ natsUrl: string, databaseUrl: string, takePort: () => Promise<number> }} world
 */
export async function planHouse({ natsUrl, databaseUrl, takePort }) {
  const plans = [];
  for (const name of SERVICES) {
    const port = await takePort();
    plans.push({
      name,
      script: `services/${name}/dist/src/main.js`,
      url: `http://127.0.0.1:${port}`,
      env: {
        NATS_URL: natsUrl,
        DATABASE_URL: databaseUrl,
        TOCSIN_CLOCK: 'accelerated',
        TOCSIN_INSTANCE: `${name}-0`,
        TOCSIN_DATA: DATA,
        HTTP_HOST: '127.0.0.1',
        HTTP_PORT: String(port),
        LOG_FILE: join(LOGS, `${name}.log`),
      },
    });
  }
  const sinkPort = await takePort();
  const smtpPort = await takePort();
  const secretFile = webhookSecretFile();
  const sinks = {
    name: SINKS,
    script: 'tools/dist/src/sinks.js',
    url: `http://127.0.0.1:${sinkPort}`,
    env: {
      TOCSIN_DATA: DATA,
      SINK_HTTP_PORT: String(sinkPort),
      SINK_SMTP_PORT: String(smtpPort),
      WEBHOOK_SECRET_FILE: secretFile,
    },
  };
  const notification = plans.find(({ name }) => name === 'notification');
  Object.assign(notification.env, {
    WEBHOOK_URL: `${sinks.url}/webhook`,
    WEBHOOK_SECRET_FILE: secretFile,
    SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    MAIL_FROM: 'Tocsin <tocsin@localhost.example>',
    MAIL_TO: 'on-call@localhost.example',
  });
  return { services: plans, sinks };
}

/** Made once for this data folder: the sender signs with it and the sink checks. */
function webhookSecretFile() {
  const file = join(DATA, 'webhook.secret');
  mkdirSync(DATA, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, `whsec_${randomBytes(24).toString('base64')}`, { mode: 0o600 });
  return file;
}
