import type {
  AddChannel,
  ChangeChannel,
  ChannelChanged,
  ChannelRemoved,
  DeliveryFailed,
  DeliveryIntended,
  DeliveryRedriven,
  DeliverySucceeded,
  RedriveDelivery,
  RemoveChannel,
  Requested,
  RequestSimulation,
  SimulationRequested,
  TestChannel,
} from '@tocsin/contracts';
import { refuse, type Instant } from '@tocsin/domain-kit';
import { EventLog, Handles, to, type EntityType, type Wiring } from '@tocsin/event-log';

type Wanted =
  | { readonly type: 'Set'; readonly data: ChangeChannel['data'] & { readonly by: string; readonly at: Instant } }
  | { readonly type: 'Drop'; readonly data: ChannelRemoved['data'] };

type Line = { readonly version: number };

/** A channel that nobody may have here. */
export const TAKEN = 'taken';

const channel: EntityType<
  Wanted,
  ChannelChanged | ChannelRemoved,
  Line,
  'channel-taken' | 'channel-changed-meanwhile'
> = {
  type: 'channel',
  decider: {
    initialState: () => ({ version: 0 }),
    decide({ type, data }, { version }) {
      if (type === 'Drop') return version === 0 ? [] : [{ type: 'ChannelRemoved', data }];
      const { tenant, channelId, channel: settings, basedOn = version, by, at } = data;
      if (channelId === TAKEN) return refuse('channel-taken', 'Somebody else has it.');
      if (basedOn !== version) return refuse('channel-changed-meanwhile', `Version ${version} is the newest.`);
      return [{ type: 'ChannelChanged', data: { tenant, channelId, version: version + 1, channel: settings, by, at } }];
    },
    evolve: ({ version }, { type, data }) => ({ version: type === 'ChannelChanged' ? data.version : version }),
  },
};

/** A message that is over by now. */
export const OVER = 'over';

/** A channel on which nothing arrives, and one on which nothing is even tried. */
export const [DEAD_LINE, IDLE_LINE] = ['dead-line', 'idle-line'] as const;

type WantedTest = {
  readonly type: 'Try';
  readonly data: { readonly channelId: string; readonly id: string; readonly at: Instant };
};
type WantedAgain = {
  readonly type: 'Again';
  readonly data: DeliveryRedriven['data'] & { readonly isRehearsal: boolean };
};

type Told = DeliveryRedriven | DeliveryIntended | DeliverySucceeded | DeliveryFailed;

function tried({ channelId, id: notificationId, at }: WantedTest['data']): readonly Told[] {
  const of = { notificationId, channelId };
  const intended: DeliveryIntended = {
    type: 'DeliveryIntended',
    data: {
      ...{ ...of, channelKind: 'webhook', kind: 'test', scope: 'service-notification', episodeId: notificationId },
      ...{ level: 'INFO', repeatIndex: 0, title: 'A test', text: 'A test.', facts: {}, simulated: false, at },
    },
  };
  if (channelId === IDLE_LINE) return [intended];
  if (channelId === DEAD_LINE) {
    const fault = { errorCode: 'REJECTED', message: 'answered 403', retryAt: null, permanent: true } as const;
    return [intended, { type: 'DeliveryFailed', data: { ...of, attempt: 1, ...fault, at } }];
  }
  const outcome = { attempts: 1, possibleRepeat: false, receipt: '204', at };
  return [intended, { type: 'DeliverySucceeded', data: { ...of, ...outcome } }];
}

const delivery: EntityType<WantedAgain | WantedTest, Told, null, 'episode-over'> = {
  type: 'delivery',
  decider: {
    initialState: () => null,
    decide(wanted) {
      if (wanted.type === 'Try') return tried(wanted.data);
      const { isRehearsal, ...data } = wanted.data;
      if (data.reason === OVER && !data.forced) return refuse('episode-over', 'What it says is over by now.');
      return isRehearsal ? [] : [{ type: 'DeliveryRedriven', data }];
    },
    evolve: () => null,
  },
};

type WantedSimulation = { readonly type: 'Simulate'; readonly data: SimulationRequested['data'] };

const simulation: EntityType<WantedSimulation, SimulationRequested, null> = {
  type: 'simulation',
  decider: {
    initialState: () => null,
    decide: ({ data }) => [{ type: 'SimulationRequested', data }],
    evolve: () => null,
  },
};

class SwitchboardController {
  @Handles('RequestSimulation')
  onRequestSimulation({ data }: Requested<RequestSimulation>, at: Instant) {
    return to(simulation, data.simulationId, { type: 'Simulate', data: { ...data, at } });
  }

  @Handles('TestChannel')
  onTestChannel({ id, data: { channelId } }: Requested<TestChannel>, at: Instant) {
    const notificationId = `test:${channelId}:${id}`;
    return to(delivery, notificationId, { type: 'Try', data: { channelId, id: notificationId, at } });
  }

  @Handles('RedriveDelivery')
  onRedriveDelivery({ actor: by, data }: Requested<RedriveDelivery>, at: Instant) {
    const { notificationId, channelId, reason, force: forced = false, rehearse: isRehearsal = false } = data;
    const wanted = { notificationId, channelId, by, reason, forced, isRehearsal, at };
    return to(delivery, notificationId, { type: 'Again', data: wanted });
  }

  @Handles('AddChannel')
  onAddChannel({ actor, data }: Requested<AddChannel>, at: Instant) {
    return to(channel, data.channelId, { type: 'Set', data: { ...data, by: actor, at } });
  }

  @Handles('ChangeChannel')
  onChangeChannel({ actor, data }: Requested<ChangeChannel>, at: Instant) {
    return to(channel, data.channelId, { type: 'Set', data: { ...data, by: actor, at } });
  }

  @Handles('RemoveChannel')
  onRemoveChannel({ actor, data }: Requested<RemoveChannel>, at: Instant) {
    return to(channel, data.channelId, { type: 'Drop', data: { ...data, by: actor, at } });
  }
}

/** A service in the place of notification that sets channels up, and sends nothing. */
export async function openSwitchboard(wiring: Wiring): Promise<EventLog> {
  const log = new EventLog(
    {
      service: 'notification',
      hears: ['ingestion'],
      entities: [channel, delivery, simulation],
      locals: [],
      body: null,
    },
    wiring,
  );
  await log.open([new SwitchboardController()]);
  return log;
}
