import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { assert, instant } from '@tocsin/domain-kit';
import type { EventLog, Log, Wiring } from '@tocsin/event-log';
import { feedEntity, type FeedEntity } from '../../feed.entity.ts';
import { ConfigurationWatch } from '../configuration/configuration-watch.ts';
import type { Configuration } from '../configuration/configuration.ts';
import type { LineListener } from '../../outbound/line.ts';
import { openObservers } from '../../outbound/observers/open-observers.ts';
import { ObserverRounds } from '../observers/observer-rounds.ts';
import { Reach } from '../watching/reach.ts';
import { LiveCalendars } from './live-calendars.ts';
import { Poller } from './poller.ts';
import { KNOWN_PROVIDERS, ProviderDesks } from './provider-desks.ts';

/** What a live ingestion works with. */
export type LiveWiring = {
  readonly eventLog: EventLog;
  readonly log: Log;
  readonly watchdog: Wiring['watchdog'];
};

/** Ingestion on the wall clock: the configuration, the calendars and providers that it names, the poller and the observers. */
export class Live implements OnApplicationBootstrap, OnModuleDestroy {
  readonly feed: FeedEntity;
  readonly #path: string | null;
  readonly #tell: (line: string) => void;
  readonly #calendars = new LiveCalendars();
  readonly #desks: ProviderDesks;
  #watch: ConfigurationWatch | null = null;
  #poller: Poller | null = null;
  #rounds: ObserverRounds | null = null;
  /** What the rounds were opened with, to tell whether another configuration wants them otherwise. */
  #watched = '';
  readonly #onLineChange: LineListener = (name, change) => {
    this.#rounds?.onCallsChange(name, change);
  };

  /**
   * `path` is that of the configuration file; null where there is none, and then feeds come by request alone. `tell` shows
   * a line to whoever looks at the terminal.
   */
  constructor(path: string | null, tell: (line: string) => void) {
    this.#path = path;
    this.#tell = tell;
    this.#desks = new ProviderDesks((name, change) => {
      this.#poller?.onCallsChange(name, change);
    });
    this.feed = feedEntity(this.#calendars, () => this.#desks.offer);
  }

  /**
   * Reads the configuration and makes the poller.
   * @throws {ContractViolation} when the configuration is broken; it names everything that is wrong.
   */
  with({ eventLog, log, watchdog }: LiveWiring): this {
    if (this.#path !== null) this.#watch = this.#follow(this.#path, log);
    const tell = (line: string): void => {
      log.warn({}, line);
      this.#tell(line);
    };
    const reach = new Reach(tell);
    this.#poller = new Poller({
      eventLog,
      entity: this.feed,
      calendars: this.#calendars,
      configured: () => this.#watch?.configuration.feeds ?? null,
      desks: this.#desks,
      checkCalendars: (at) => this.#calendars.check(at),
      reach,
      tell,
      wallNow: () => instant(Date.now()),
      log,
      beat: watchdog.watch('poller'),
    });
    if (this.#watch !== null) {
      const { observations, providers } = this.#watch.configuration;
      this.#watched = watchedIn(this.#watch.configuration);
      const observers = openObservers(observations, providers, this.#onLineChange);
      this.#rounds = new ObserverRounds({ eventLog, observers, reach, log, beat: watchdog.watch('observers') });
    }
    return this;
  }

  onApplicationBootstrap(): void {
    assert(this.#poller !== null, 'a live ingestion is wired before it starts');
    this.#poller.onApplicationBootstrap();
    this.#rounds?.onApplicationBootstrap();
  }

  async onModuleDestroy(): Promise<void> {
    this.#watch?.stop();
    await Promise.all([this.#poller?.onModuleDestroy(), this.#rounds?.onModuleDestroy()]);
  }

  #follow(path: string, log: Log): ConfigurationWatch {
    const watch = new ConfigurationWatch({
      path,
      known: KNOWN_PROVIDERS,
      onChange: (configuration) => {
        this.#take(configuration);
        log.info({ feeds: configuration.feeds.length }, 'the configuration is another, and in force');
        this.#poller?.reconfigure();
        this.#lookOtherwise(configuration);
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

  /** What is watched of the world is looked at anew, but only where that is another thing, or asked in another way. */
  #lookOtherwise(configuration: Configuration): void {
    const watched = watchedIn(configuration);
    if (watched === this.#watched) return;
    this.#watched = watched;
    void this.#rounds?.replace(openObservers(configuration.observations, configuration.providers, this.#onLineChange));
  }
}

const watchedIn = ({ observations, providers }: Configuration): string =>
  JSON.stringify(observations.map((observation) => [observation, providers.get(observation.provider)]));
