import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BUILT_SERVICES } from '@tocsin/contracts';
import {
  baseEnv,
  defineEnv,
  printEnvExample,
  printEnvReference,
  type Env,
  type EnvSection,
} from '@tocsin/service-kit/env';

const ROOT = resolve(import.meta.dirname, '../../..');

/** What `npm start` and `npm test` read; they are plain scripts, so their settings are told here. */
const startEnv = defineEnv({
  TOCSIN_PORT: {
    type: 'int',
    min: 1,
    max: 65_535,
    default: 8080,
    help: 'The port of the API; the other processes take the free ones after it. One that is taken is stepped around.',
  },
  TOCSIN_DATA: { type: 'path', default: '.tocsin', help: 'The folder for everything that a run leaves behind.' },
  NATS_URL: {
    type: 'url',
    schemes: ['nats', 'tls'],
    optional: true,
    help: 'A NATS server to use instead of starting one.',
  },
  DATABASE_URL: {
    type: 'url',
    schemes: ['postgres', 'postgresql'],
    optional: true,
    help: 'A PostgreSQL to use instead of starting one.',
  },
  NATS_SERVER_BIN: { type: 'file', optional: true, help: 'The nats-server to start, instead of looking for one.' },
});

/** The settings of the operator's command line, some of which are those of services, and may be left out there. */
const { env: cliEnv } = (await import(join(ROOT, 'apps/cli/dist/src/config.js'))) as { env: Env };

/** The settings of a service without those that every service has. */
async function ownSettings(service: string): Promise<Env> {
  const { env } = (await import(join(ROOT, `services/${service}/dist/src/config.js`))) as { env: Env };
  const own = Object.entries(env.settings).filter(([name]) => !(name in baseEnv.settings));
  return { ...env, settings: Object.fromEntries(own) };
}

const services = await Promise.all(
  BUILT_SERVICES.map(async (service): Promise<EnvSection> => ({ title: service, env: await ownSettings(service) })),
);
const sections = [
  { title: 'npm start', env: startEnv },
  { title: 'Every service', env: baseEnv },
  ...services.filter(({ env }) => Object.keys(env.settings).length > 0),
  { title: 'npm run tocsin', env: cliEnv },
];

const HOW = 'Printed by `npm run environment` from what the processes read; edit it there.';
const pages = {
  '.env.example': `# ${HOW}\n# npm start needs none of this.\n\n${printEnvExample(sections)}`,
  'docs/reference/environment.md': `# Environment\n\n${HOW} Wiring only: addresses, ports, files. Policy is JSON in \`proto-schemas/policy\`, and what\npeople choose while it runs is a command. Secrets are always files.\n\n${printEnvReference(sections)}`,
};

/** Writes the pages, or, with `--check`, says which are not what they should be. */
const isCheck = process.argv.includes('--check');
for (const [path, page] of Object.entries(pages)) {
  const file = join(ROOT, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === page) continue;
  if (isCheck) {
    process.stderr.write(`${path} is not what the settings say; run npm run environment\n`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, page);
    process.stdout.write(`${path} is printed\n`);
  }
}
