import { Controller } from '@nestjs/common';
import type { ChangePolicy, Requested } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { Handles, to, type Intention } from '@tocsin/event-log';
import { policyIdOf } from '../domain/policy.decider.ts';
import { policy } from '../policy.entity.ts';

@Controller()
export class PolicyController {
  @Handles('ChangePolicy')
  onChangePolicy({ data, actor: by }: Requested<ChangePolicy>, at: Instant): Intention {
    const { basedOn = null, ...wanted } = data;
    return to(policy, policyIdOf(data), { type: 'ChangePolicy', data: { ...wanted, basedOn, by, at } });
  }
}
