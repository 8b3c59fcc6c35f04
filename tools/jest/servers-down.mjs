import { join } from 'node:path';
import { forget } from '@tocsin/local-servers';

/** Ends and removes what `servers-up` started; servers that were given stay as they are. */
export default async function serversDown() {
  const own = globalThis.tocsinTestServers;
  if (!own) return;
  await own.postgres.stop();
  forget(join(own.dir, 'postgres'));
  forget(own.dir);
}
