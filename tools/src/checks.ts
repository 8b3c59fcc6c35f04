import { resolve } from 'node:path';
import { checkCustomerPackages } from './checks/customer-packages.ts';
import { checkLockFile } from './checks/lock-file.ts';

const CHECKS: Readonly<Record<string, (root: string) => readonly string[]>> = {
  'customer-packages': checkCustomerPackages,
  'lock-file': checkLockFile,
};

/** Runs one check of the workspace: `node tools/dist/src/checks.js lock-file`. */
const [name = ''] = process.argv.slice(2);
const check = CHECKS[name];
if (check === undefined) throw new Error(`there is no check '${name}'; there are ${Object.keys(CHECKS).join(', ')}`);
const faults = check(resolve(import.meta.dirname, '../../..'));
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
