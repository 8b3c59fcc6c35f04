import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineEnv, EnvFault, EXIT_MISCONFIGURED, type EnvOf } from '@tocsin/service-kit/env';
import { createHttpSink } from './sinks/http-sink.ts';
import { Inbox } from './sinks/inbox.ts';
import { createSmtpSink } from './sinks/smtp-sink.ts';

/** The settings of the local receivers, which are no part of the product and only of its first run. */
const env = defineEnv({
  TOCSIN_DATA: { type: 'path', default: '.tocsin', help: 'The folder that keeps what came in.' },
  SINK_HOST: { type: 'text', default: '127.0.0.1', help: 'The address that both sinks listen on.' },
  SINK_HTTP_PORT: { type: 'int', min: 1, max: 65_535, help: 'The port of the webhook sink and of what it shows.' },
  SINK_SMTP_PORT: { type: 'int', min: 1, max: 65_535, help: 'The port of the mail sink.' },
  WEBHOOK_SECRET_FILE: {
    type: 'path',
    help: 'The file of the secret that webhooks are signed with; made when missing.',
  },
});

async function open(config: EnvOf<typeof env>): Promise<void> {
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  if (!existsSync(config.WEBHOOK_SECRET_FILE)) writeFileSync(config.WEBHOOK_SECRET_FILE, secret, { mode: 0o600 });
  const inbox = new Inbox(join(config.TOCSIN_DATA, 'sinks.jsonl'));
  const http = createHttpSink(inbox, readFileSync(config.WEBHOOK_SECRET_FILE, 'utf8'));
  const smtp = createSmtpSink(inbox);
  const close = (): void => {
    http.close();
    http.closeAllConnections();
    smtp.close();
    if (process.connected) process.disconnect();
  };
  process.once('SIGTERM', close).once('SIGINT', close).once('disconnect', close);

  http.listen(config.SINK_HTTP_PORT, config.SINK_HOST);
  smtp.listen(config.SINK_SMTP_PORT, config.SINK_HOST);
  await Promise.all([once(http, 'listening'), once(smtp.server, 'listening')]);
  process.send?.({ open: `http://${config.SINK_HOST}:${config.SINK_HTTP_PORT}` });
}

try {
  await open(env.read(process.env));
} catch (error) {
  if (!(error instanceof EnvFault)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_MISCONFIGURED;
}
