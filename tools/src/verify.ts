import { EnvFault, EXIT_MISCONFIGURED, explain, logEnv } from '@tocsin/service-kit';
import { verifyStack } from './verify/verify-stack.ts';

/** Verifies a stopped stack and prints what was compared as JSON; exits 1 when anything did not agree. */
try {
  const { NATS_URL, DATABASE_URL } = logEnv.read(process.env);
  const { events, entities, rows, findings: contradictions, lanes } = await verifyStack(NATS_URL, DATABASE_URL);
  const findings = [...contradictions, ...lanes.flatMap(({ unreadable }) => unreadable)];
  process.stdout.write(`${JSON.stringify({ events, entities, rows, findings })}\n`);
  if (findings.length > 0) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = error instanceof EnvFault ? EXIT_MISCONFIGURED : 1;
}
