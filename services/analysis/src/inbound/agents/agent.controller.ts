import { Controller, Inject } from '@nestjs/common';
import type {
  CompleteTask,
  FailTask,
  GrantAgent,
  RegisterAgent,
  Requested,
  RetireAgent,
  SubmitTask,
} from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { Handles, to, type Intention } from '@tocsin/event-log';
import type { PoolCommand } from '../../domain/agents/pool.commands.ts';
import { POOL } from '../../domain/agents/pool.ts';
import { pool } from '../../pool.entity.ts';

/** What the pool's doors need besides the request. */
export interface PoolDoor {
  /** So many tasks of one type may wait. */
  readonly queueMax: number;
  /** The wall clock: agents live by it even where history is played. */
  readonly wallNow: () => Instant;
}

/** The token under which the module gives the controller its `PoolDoor`. */
export const POOL_DOOR = Symbol('tocsin:pool-door');

const decided = (command: PoolCommand): Intention => to(pool, POOL, command);

/** What agents, and people about agents, ask for. */
@Controller()
export class AgentController {
  constructor(@Inject(POOL_DOOR) private readonly door: PoolDoor) {}

  @Handles('RegisterAgent')
  onRegisterAgent({ data }: Requested<RegisterAgent>) {
    return decided({ type: 'RegisterAgent', data: { ...data, at: this.door.wallNow() } });
  }

  @Handles('RetireAgent')
  onRetireAgent({ data }: Requested<RetireAgent>) {
    return decided({ type: 'RetireAgent', data: { ...data, at: this.door.wallNow() } });
  }

  @Handles('GrantAgent')
  onGrantAgent({ actor: by, data }: Requested<GrantAgent>) {
    return decided({ type: 'GrantAgent', data: { ...data, by, at: this.door.wallNow() } });
  }

  @Handles('SubmitTask')
  onSubmitTask({ actor: by, data }: Requested<SubmitTask>) {
    const { queueMax, wallNow } = this.door;
    return decided({ type: 'SubmitTask', data: { ...data, by, queueMax, at: wallNow() } });
  }

  @Handles('CompleteTask')
  onCompleteTask({ data }: Requested<CompleteTask>) {
    return decided({ type: 'CompleteTask', data: { ...data, at: this.door.wallNow() } });
  }

  @Handles('FailTask')
  onFailTask({ data }: Requested<FailTask>) {
    return decided({ type: 'FailTask', data: { ...data, at: this.door.wallNow() } });
  }
}
