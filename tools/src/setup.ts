import { setUp, TopologyFault } from '@tocsin/event-log';
import { EnvFault, EXIT_MISCONFIGURED, explain, logEnv } from '@tocsin/service-kit';
import { schema as analysis } from '@tocsin/analysis/schema';
import { schema as escalation } from '@tocsin/escalation/schema';
import { schema as ingestion } from '@tocsin/ingestion/schema';
import { schema as notification } from '@tocsin/notification/schema';
import { schema as query } from '@tocsin/query/schema';

/** Services that others hear and that do not run yet: their lanes are there, and empty. */
const SPOKEN_OF = (['risk', 'governance'] as const).map((service) => ({ service, migrations: [] }));

/** Makes the database and the log ready for this version: run before the services, by `npm start` and by every deployment. */
try {
  const config = logEnv.read(process.env);
  await setUp({
    natsUrl: config.NATS_URL,
    databaseUrl: config.DATABASE_URL,
    replicas: config.NATS_REPLICAS === '3' ? 3 : 1,
    schemas: [ingestion, analysis, ...SPOKEN_OF, escalation, notification, query],
    say: (line) => {
      process.stdout.write(`${line}\n`);
    },
  });
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = error instanceof EnvFault || error instanceof TopologyFault ? EXIT_MISCONFIGURED : 1;
}
