import { createServer } from 'node:net';

/** Whether nothing listens on the port of this machine's loopback address. */
export const isFree = (port) =>
  listen(port).then(
    () => true,
    () => false,
  );

/** Returns a port of the loopback address that nothing listens on at this moment, chosen by the system. */
export const freePort = () => listen(0);

/** Listens for a moment, and returns the port. */
function listen(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const { port: given } = probe.address();
      probe.close(() => resolve(given));
    });
  });
}
