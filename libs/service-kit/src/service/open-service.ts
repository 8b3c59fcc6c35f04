import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ServiceName } from '@tocsin/contracts';
import { EventLog, LaneServer, Watchdog, type Wiring } from '@tocsin/event-log';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Logger } from 'pino';
import type { BaseConfig } from '../env/base-env.ts';
import { countRequests } from '../http/http-metrics.ts';
import { fastifyOf, openHttp } from '../http/http-server.ts';
import { serveLookingIn } from '../http/looking-in.ts';
import { NestLogger } from '../logger/nest-logger.ts';
import { registerLogMetrics } from '../metrics/log-metrics.ts';
import { KitModule, type Kit } from './kit.module.ts';

/** What makes one service different from the others. */
export type ServicePlan<Config extends BaseConfig> = {
  readonly service: ServiceName;
  /** Builds the service's module; what it provides may inject `LOGGER`, `METRICS` and `EventLog`. */
  readonly module: (config: Config, kit: Kit) => DynamicModule | Type;
  /** Has the last word about the HTTP application before it listens, such as its documentation. */
  readonly prepare?: (app: NestFastifyApplication, config: Config) => void | Promise<void>;
};

/** A service that runs in this process. */
export type RunningService = {
  readonly app: NestFastifyApplication;
  /** Where its HTTP really listens. */
  readonly url: string;
  /** Stops hearing, finishes the step, publishes what is committed, answers what was asked, and closes. */
  readonly drain: () => Promise<void>;
};

/** How often the main loop says that it turns. */
const BEAT_EVERY_MS = 1_000;

@Module({})
class ServiceModule {}

/**
 * Opens a service: first its place on the log, then its HTTP, so that nobody is answered by half a service.
 * @throws {TopologyFault} when the log is not what it was built on. @throws {Unreachable} when log or database are away.
 */
export async function openService<Config extends BaseConfig>(
  { service, module, prepare }: ServicePlan<Config>,
  config: Config,
  logger: Logger,
): Promise<RunningService> {
  const metrics = new Registry();
  metrics.setDefaultLabels({ service });
  collectDefaultMetrics({ register: metrics });
  const watchdog = new Watchdog();
  const kit: Kit = { logger, metrics };
  const imports = [KitModule.of(kit, wiringOf(service, config, logger, watchdog)), module(config, kit)];
  const http = openHttp();
  const app = await NestFactory.create<NestFastifyApplication>({ module: ServiceModule, imports }, http, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const eventLog = app.get(EventLog);
  const state: { isDraining: boolean; pulse?: NodeJS.Timeout } = { isDraining: false };
  const reasons = (): readonly string[] => {
    if (state.isDraining) return ['it is draining'];
    return eventLog.isOpen ? eventLog.health().obstacles : ['its log is not open yet'];
  };
  countRequests(fastifyOf(http), metrics);
  registerLogMetrics(metrics, () => (eventLog.isOpen ? eventLog.health() : null));
  serveLookingIn(fastifyOf(http), service, reasons, metrics);
  await prepare?.(app, config);

  const drain = async (): Promise<void> => {
    state.isDraining = true;
    clearInterval(state.pulse);
    try {
      await app.close();
    } finally {
      await watchdog.stop();
    }
  };
  try {
    app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(LaneServer) });
    await app.startAllMicroservices();
    await app.listen(config.HTTP_PORT, config.HTTP_HOST);
  } catch (error) {
    await drain();
    throw error;
  }
  state.pulse = setInterval(watchdog.watch('main'), BEAT_EVERY_MS);
  watchdog.start();
  return { app, url: await app.getUrl(), drain };
}

function wiringOf(service: ServiceName, config: BaseConfig, log: Logger, watchdog: Watchdog): Wiring {
  return {
    natsUrl: config.NATS_URL,
    databaseUrl: config.DATABASE_URL,
    instance: config.TOCSIN_INSTANCE ?? `${service}-0`,
    clock: config.TOCSIN_CLOCK,
    dataDirectory: config.TOCSIN_DATA,
    replicas: config.NATS_REPLICAS === '3' ? 3 : 1,
    log,
    watchdog,
  };
}
