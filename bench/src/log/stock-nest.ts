import 'reflect-metadata';
import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BaseRpcContext, EventPattern, Payload, Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { AnyEvent, BarClosed, Recorded } from '@tocsin/contracts';
import { PlainRunController } from './plain-run.ts';

/** Commands that the stock controller has asked for since somebody last looked. */
let commands = 0;

@Controller()
class StockController {
  readonly #translator = new PlainRunController();

  @EventPattern('BarClosed')
  onBarClosed(@Payload() bar: Recorded<BarClosed>): void {
    commands += this.#translator.onBarClosed(bar).length;
  }
}

@Module({ controllers: [StockController] })
class StockModule {}

/** A transport as Nest's documentation shows how to write one: every event through `handleEvent`. */
class StockServer extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }

  close(): void {
    // There is nothing to close.
  }

  on(): void {
    // There is nobody to tell.
  }

  unwrap<Inner>(): Inner {
    throw new TypeError('there is nothing inside');
  }
}

/** A Nest microservice with everything that Nest puts between a transport and a controller's method. */
export type StockNest = {
  readonly handle: (event: Recorded<AnyEvent>) => Promise<void>;
  /** How many commands were asked for since this was last called. */
  readonly takeCount: () => number;
  readonly close: () => Promise<void>;
};

export async function openStockNest(): Promise<StockNest> {
  const server = new StockServer();
  const app: INestMicroservice = await NestFactory.createMicroservice(StockModule, { strategy: server, logger: false });
  await app.listen();
  return {
    handle: async (event) => {
      await server.handleEvent(event.type, { pattern: event.type, data: event }, new BaseRpcContext([]));
    },
    takeCount: () => {
      const taken = commands;
      commands = 0;
      return taken;
    },
    close: () => app.close(),
  };
}
