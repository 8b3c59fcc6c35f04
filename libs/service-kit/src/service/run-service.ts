import { ContractViolation } from '@tocsin/domain-kit';
import { TopologyFault } from '@tocsin/event-log';
import type { Logger } from 'pino';
import { baseEnv, type BaseConfig } from '../env/base-env.ts';
import { EnvFault, EXIT_MISCONFIGURED, joinEnv, type Env } from '../env/define-env.ts';
import { explain } from '../logger/error-chain.ts';
import { openLogger } from '../logger/logger.ts';
import { openService, type RunningService, type ServicePlan } from './open-service.ts';

/** What is not drained by then is left: everything that was committed is safe, and the rest never happened. */
const DRAIN_MAX_MS = 10_000;

const EXIT_FAILED = 1;

/** A service as its `main.ts` describes it. */
export type ServiceMain<Config> = ServicePlan<Config & BaseConfig> & {
  /** The settings of this service alone; those that all services have are added. */
  readonly env: Env<Config>;
};

/**
 * Runs a service as this process: reads the environment once, opens the service, and drains it on SIGTERM, on SIGINT, and
 * when the supervisor that started it is gone. A supervisor that holds a channel is told `{ open: <url> }`.
 * Whatever ends it, the exit code says whether starting it again may help.
 */
export async function runService<Config>({ env, ...plan }: ServiceMain<Config>): Promise<void> {
  const config = readOrExit(joinEnv(baseEnv, env));
  if (config === null) return;
  const { service } = plan;
  const logger = openLogger({
    service,
    instance: config.TOCSIN_INSTANCE ?? `${service}-0`,
    level: config.LOG_LEVEL,
    file: config.LOG_FILE,
  });
  const die = (error: unknown): void => {
    logger.fatal({ err: error }, 'the process ends because of a defect');
    process.exit(EXIT_FAILED);
  };
  process.once('uncaughtException', die).once('unhandledRejection', die);

  try {
    const running = await openService(plan, config, logger);
    drainWhenAsked(running, logger);
    process.send?.({ open: running.url });
    logger.info({ url: running.url, clock: config.TOCSIN_CLOCK }, 'the service is open');
  } catch (error) {
    logger.fatal({ err: error }, 'the service cannot start');
    process.stderr.write(`${service} cannot start: ${explain(error)}\n`);
    process.exit(isForPeople(error) ? EXIT_MISCONFIGURED : EXIT_FAILED);
  }
}

/**
 * Has a line shown to the person at the terminal, by the supervisor that holds a channel to this process; where there is
 * none, nobody is told, so what matters is said elsewhere as well. For what a person who has just started everything must
 * see without opening a log.
 */
export function tellSupervisor(line: string): void {
  if (process.connected) process.send?.({ say: line }, () => undefined); // One that has just gone needs no line.
}

/** What starting again cannot cure: a stream, a setting or a policy that is not as it must be. */
const isForPeople = (error: unknown): boolean =>
  error instanceof TopologyFault || error instanceof EnvFault || error instanceof ContractViolation;

function readOrExit<Config>(env: Env<Config>): Config | null {
  try {
    return env.read(process.env);
  } catch (error) {
    if (!(error instanceof EnvFault)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = EXIT_MISCONFIGURED;
    return null;
  }
}

function drainWhenAsked(running: RunningService, logger: Logger): void {
  let isDraining = false;
  const drain = (because: string): void => {
    if (isDraining) return;
    isDraining = true;
    logger.info({ because }, 'the service drains');
    setTimeout(() => {
      logger.error('the service did not drain in time; what was committed is safe');
      process.exit(EXIT_FAILED);
    }, DRAIN_MAX_MS).unref();
    running.drain().then(
      () => {
        logger.info('the service has drained');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'the service could not drain');
        process.exit(EXIT_FAILED);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      drain(signal);
    });
  // A supervisor holds a channel to its children; when that breaks, nobody will ever end this process.
  if (process.connected)
    process.once('disconnect', () => {
      drain('the supervisor is gone');
    });
}
