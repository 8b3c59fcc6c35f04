import type { BarClosed, Recorded } from '@tocsin/contracts';
import { instant, pairOf } from '@tocsin/domain-kit';
import type { Local } from '@tocsin/event-log';
import { BAR_RECORDED_AT, closedBar } from '../../test/closed-bars.ts';
import { bar } from '../../test/markets.ts';
import { linearModel } from '../../test/models.ts';
import { regimeModelOf } from '../../test/regimes.ts';
import { analysis } from '../analysis.entity.ts';
import type { BarWindow } from '../domain/bar-window.ts';
import { BarController } from './bar.controller.ts';
import { barWindowModel } from './bar-window.model.ts';

const windows = barWindowModel(1);
const window = [bar(0, 100), bar(1, 101)];
const model = linearModel([]);
const regimeModel = regimeModelOf('1d');
const now = instant('2014-05-06T10:00:02.000Z');

/** The local models of a step, holding one window of one pair. */
const localWith = (key: string, value: BarWindow): Local => ({
  get: (model, asked) => (model.name === windows.name && asked === key ? (value as never) : undefined),
});

describe('a closed bar', () => {
  const controller = new BarController({
    windows,
    models: { scoring: [model], regimes: [regimeModel] },
    mlWeight: 0.3,
    events: [],
    clockAt: () => now,
  });
  const data = closedBar(bar(1, 101), { pair: pairOf('EURUSD', '15m') });
  const event: Recorded<BarClosed> = {
    type: 'BarClosed',
    data,
    id: '0c2e1d6f-7a53-5f0e-9a0b-54a8d9a0d5b1',
    time: now,
    service: 'ingestion',
    tenant: 'shared',
    key: data.pair,
    entityVersion: 7,
    correlationId: '0c2e1d6f-7a53-5f0e-9a0b-54a8d9a0d5b1',
    causationId: null,
    actor: 'service:ingestion',
    recordedTime: BAR_RECORDED_AT,
    traceparent: null,
    lane: 'LOG_INGESTION',
    position: 12,
  };

  it('asks the analyses of its pair for its analysis, with all that takes', () => {
    expect(controller.onBarClosed(event, localWith('EURUSD-15m', window))).toEqual([
      {
        entityType: analysis,
        key: 'EURUSD-15m',
        command: {
          type: 'AnalyseBar',
          data: {
            bar: data,
            barRecordedAt: BAR_RECORDED_AT,
            window,
            model,
            regimeModel,
            mlWeight: 0.3,
            events: [],
            now,
          },
        },
      },
    ]);
  });
});
