import { isFree } from '../../libs/local-servers/src/index.mjs';
import { CannotStart } from './say.mjs';

const PORT_MAX = 65_535;

/** Hands out ports one after the other, stepping around the ones that are taken. */
export function portsFrom(first) {
  if (!Number.isInteger(first) || first < 1 || first > PORT_MAX) {
    throw new CannotStart(`TOCSIN_PORT must be a whole number from 1 to ${PORT_MAX}.`, 78);
  }
  let next = first;
  return async function takePort() {
    while (next <= PORT_MAX) {
      const port = next++;
      if (await isFree(port)) return port;
    }
    throw new CannotStart(`There is no free port from ${first} on.`);
  };
}
