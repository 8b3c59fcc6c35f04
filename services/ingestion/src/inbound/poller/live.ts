import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { assert, instant } from '@tocsin/domain-kit';
import type { EventLog, Log } from '@tocsin/event-log';
import { feedEntity, type FeedEntity } from '../../feed.entity.ts';
import { ConfigurationWatch } from '../configuration/configuration-watch.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { LiveCalendars } from './live-calendars.ts';
import { Poller } from './poller.ts';
import { KNOWN_PROVIDERS, ProviderDesks } from './provider-desks.ts';

/** What a live ingestion works with. */
export type LiveWiring = {
  readonly eventLog: EventLog;
  readonly log: Log;
  readonly beat: () => void;
};

/** Ingestion on the wall clock: the configuration, the calendars and providers that it names, and the poller. */
export class Live implements OnApplicationBootstrap, OnModuleDestroy {
  readonly feed: FeedEntity;
  readonly #path: string | null;
  readonly #calendars = new LiveCalendars();
  readonly #desks: ProviderDesks;
  #watch: ConfigurationWatch | null = null;
  #poller: Poller | null = null;

  /** `path` is that of the configuration file; null where there is none, and then feeds come by request alone. */
  constructor(path: string | null) {
    this.#path = path;
    this.#desks = new ProviderDesks((name, { state, ...change }) => {
      this.#poller?.onCallsChange(name, { breaker: state, ...change });
    });
    this.feed = feedEntity(this.#calendars, () => this.#desks.offer);
  }

  /**
   * Reads the configuration and makes the poller.
   * @throws {ContractViolation} when the configuration is broken; it names everything that is wrong.
   */
  with({ eventLog, log, beat }: LiveWiring): this {
    if (this.#path !== null) this.#watch = this.#follow(this.#path, log);
    this.#poller = new Poller({
      eventLog,
      entity: this.feed,
      calendars: this.#calendars,
      configured: () => this.#watch?.configuration.feeds ?? null,
      desks: this.#desks,
      checkCalendars: (at) => this.#calendars.check(at),
      wallNow: () => instant(Date.now()),
      log,
      beat,
    });
    return this;
  }

  onApplicationBootstrap(): void {
    assert(this.#poller !== null, 'a live ingestion is wired before it starts');
    this.#poller.onApplicationBootstrap();
  }

  async onModuleDestroy(): Promise<void> {
    this.#watch?.stop();
    await this.#poller?.onModuleDestroy();
  }

  #follow(path: string, log: Log): ConfigurationWatch {
    const watch = new ConfigurationWatch({
      path,
      known: KNOWN_PROVIDERS,
      onChange: (configuration) => {
        this.#take(configuration);
        log.info({ feeds: configuration.feeds.length }, 'the configuration is another, and in force');
        this.#poller?.reconfigure();
      },
      onProblem: (problem) => {
        log.error({ err: problem }, 'the new configuration is broken; the one before stays in force');
      },
    });
    this.#take(watch.configuration);
    return watch;
  }

  #take({ calendars, providers }: Configuration): void {
    this.#calendars.take(calendars);
    this.#desks.configure(providers);
  }
}
