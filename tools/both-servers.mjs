#!/usr/bin/env node
/**
 * Runs the tests of the log on the oldest nats-server that is taken, 2.9.10, and on a current one, which has every message
 * on the disk before it acknowledges it. Both are found or fetched. Fails when a test does, and when there is no server of
 * one kind, unless `--allow-missing`. With `--other` only on the one that `npm test` does not run on. Further arguments
 * are for Jest, such as a folder other than the usual ones.
 */
import './start/node-version.mjs';
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { findNatsServer } from '../libs/local-servers/src/index.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDERS = ['libs/event-log', 'scenarios/test/classic-client', 'tools/test/local-servers'];

const given = process.argv.slice(2);
const mayMiss = given.includes('--allow-missing');
const isOther = given.includes('--other');
const wanted = given.filter((argument) => !['--allow-missing', '--other'].includes(argument));

const cacheDir = join(ROOT, '.tocsin');
const usual = isOther ? await findNatsServer({ cacheDir }) : null;

const results = [];
for (const edition of ['floor', 'current']) results.push(await resultOn(edition));

console.log('');
for (const { text } of results) console.log(text);
process.exitCode = results.every(({ isFine }) => isFine) ? 0 : 1;

/** Runs the tests on one edition, and says which server that really was. */
async function resultOn(edition) {
  let server;
  try {
    server = await findNatsServer({ cacheDir, edition, say: console.error });
  } catch (error) {
    return { isFine: mayMiss, text: `${mayMiss ? '–' : '✗'} not run: ${error.message}` };
  }
  if (server.version === usual?.version)
    return { isFine: true, text: `– left to npm test: nats-server ${server.version}` };
  console.log(`\nnats-server ${server.version} (${server.from})`);
  const code = await testOn(server);
  return { isFine: code === 0, text: `${code === 0 ? '✓ passed' : '✗ failed'} on nats-server ${server.version}` };
}

function testOn({ path }) {
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const folders = wanted.length > 0 ? wanted : FOLDERS;
  const args = [
    '--experimental-vm-modules',
    '--no-warnings',
    jest,
    '--config',
    'jest.integration.config.js',
    ...folders,
  ];
  // The older one is not told anything about its disk: it does not know the setting.
  const env = { ...process.env, NATS_SERVER_BIN: path, TOCSIN_NATS_SYNC: 'always' };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' });
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
