import { Controller } from '@nestjs/common';
import type { ReceiveExternalSignal, Requested } from '@tocsin/contracts';
import { Handles, to, type Intention } from '@tocsin/event-log';
import { signalSource } from '../signal-source.entity.ts';

@Controller()
export class SignalController {
  /** It counts from when the intake took it: a request that waited in its lane is no newer for that. */
  @Handles('ReceiveExternalSignal')
  onReceiveExternalSignal({ data }: Requested<ReceiveExternalSignal>): Intention {
    const { source, symbol, timeframe, signal, price, words, sentAt, receivedAt: at } = data;
    return to(signalSource, source, {
      type: 'ReceiveSignal',
      data: { source, symbol, timeframe, signal, price, words, sentAt, at },
    });
  }
}
