export { createDatabase } from './create-database.mjs';
export { findNatsServer, NoNatsServer } from './find-nats.mjs';
export { findPostgres } from './find-postgres.mjs';
export { freePort, isFree } from './free-port.mjs';
export { startNats } from './nats.mjs';
export { startPostgres } from './postgres.mjs';
export { commandOf, end, isAlive } from './processes.mjs';
export { ServerDidNotStart } from './server-process.mjs';
export { forget } from './unprivileged.mjs';
