import './start/node-version.mjs';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { install } from './start/install.mjs';
import { say } from './start/say.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const REPORTS = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
const CORES = 2;

const bin = (path) => join(ROOT, 'node_modules', path);
const nx = (target, parallel) => [
  bin('nx/dist/bin/nx.js'),
  'run-many',
  '-t',
  target,
  '--outputStyle=static',
  `--parallel=${parallel}`,
];
const jest = (suite) => [
  ...['--experimental-vm-modules', '--no-warnings', bin('jest/bin/jest.js'), '--config', `jest.${suite}.config.js`],
  ...['--json', '--outputFile', reportOf(suite)],
];
const reportOf = (suite) => join(REPORTS, `${suite}.json`);

/**
 * Everything that has to be right, in the order in which it is begun. `needs` names what must have passed before,
 * `cores` how many it keeps busy: tests that kill processes and measure time have the machine to themselves.
 */
const CHECKS = [
  { name: 'build', args: nx('build', CORES), cores: 2 },
  // The build leaves the graph of projects behind; without it the rule about boundaries only says that it did nothing.
  {
    name: 'lint and boundaries',
    args: [bin('eslint/bin/eslint.js'), '.'],
    cores: 1,
    needs: 'build',
    never: /will be skipped/,
  },
  { name: 'unit tests', args: [...jest('unit'), '--maxWorkers=1'], cores: 1, suite: 'unit' },
  { name: 'formatting', args: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'], cores: 1 },
  { name: 'schema drift', args: ['tools/generate.mjs', '--check'], cores: 1 },
  { name: 'environment drift', args: ['tools/dist/src/environment.js', '--check'], cores: 1, needs: 'build' },
  { name: 'dead code (knip)', args: [bin('knip/bin/knip.js'), '--no-progress'], cores: 1 },
  { name: 'customer’s packages', args: ['tools/dist/src/checks.js', 'customer-packages'], cores: 1, needs: 'build' },
  { name: 'lock file', args: ['tools/dist/src/checks.js', 'lock-file'], cores: 1, needs: 'build' },
  { name: 'integration tests', args: jest('integration'), cores: 2, suite: 'integration' },
];

const tell = (mark, name, what) => console.log(`${mark} ${name.padEnd(22)} ${what}`);
const seconds = (from) => ((performance.now() - from) / 1_000).toFixed(1);

const totals = { passed: 0, failed: 0 };
const passedChecks = new Set();
const startedAt = performance.now();

try {
  await install(say);
  await runAll(CHECKS);
} catch (error) {
  totals.failed += 1; // Nothing was checked, and that is no pass.
  console.error(error.message);
}
rmSync(REPORTS, { recursive: true, force: true });
console.log(`\n${seconds(startedAt)} s in all.\n${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 ? 0 : 1;

/** Begins each check as soon as there are cores for it, never one before those that stand above it. */
async function runAll(checks) {
  const running = new Set();
  let busy = 0;
  for (const check of checks) {
    while (busy + check.cores > CORES || [...running].some((other) => other.name === check.needs)) {
      await Promise.race([...running].map(({ done }) => done));
    }
    const entry = { name: check.name };
    busy += check.cores;
    entry.done = run(check).finally(() => {
      busy -= check.cores;
      running.delete(entry);
    });
    running.add(entry);
  }
  await Promise.all([...running].map(({ done }) => done));
}

async function run(check) {
  const { name, args, needs, suite, never } = check;
  if (needs && !passedChecks.has(needs)) {
    tell('✗', name, `not run, because ${needs} failed`);
    totals.failed += 1;
    return;
  }
  const from = performance.now();
  const ended = await outputOf(args);
  const { output } = ended;
  const code = never?.test(output) ? 1 : ended.code;
  const counts = suite ? countsOf(suite, code) : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  totals.passed += counts.passed;
  totals.failed += counts.failed;
  if (counts.failed === 0) passedChecks.add(name);
  const told = suite ? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped; ` : '';
  tell(counts.failed === 0 ? '✓' : '✗', name, `${told}${seconds(from)} s`);
  if (counts.failed > 0) console.log(output.trimEnd());
}

/** Jest's own counts. A file that cannot even be loaded holds no tests and counts as a failed one. */
function countsOf(suite, code) {
  try {
    const report = JSON.parse(readFileSync(reportOf(suite), 'utf8'));
    const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
    const isUnwellOtherwise = code !== 0 && failed === 0;
    return {
      passed: report.numPassedTests,
      failed: failed + (isUnwellOtherwise ? 1 : 0),
      skipped: report.numPendingTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }; // It ended before it wrote a report; its output is shown.
  }
}

/** Runs Node with these arguments, and returns everything that it said. */
function outputOf(args) {
  return new Promise((resolve) => {
    const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', FORCE_COLOR: '0', CI: 'true' };
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += bytes));
    child.on('error', (error) => (output += error.message));
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 1, output: signal ? `${output}\nended by ${signal}` : output }),
    );
  });
}
