import { Controller } from '@nestjs/common';
import { SHARED_TENANT, type CreateSilence, type ExpireSilence, type Requested } from '@tocsin/contracts';
import type { Instant } from '@tocsin/domain-kit';
import { Handles, to, type Intention } from '@tocsin/event-log';
import { silence } from '../silence.entity.ts';

@Controller()
export class SilenceController {
  @Handles('CreateSilence')
  onCreateSilence({ data, actor: by }: Requested<CreateSilence>, at: Instant): Intention {
    return to(silence, data.silenceId, { type: 'CreateSilence', data: { ...data, by, at } });
  }

  @Handles('ExpireSilence')
  onExpireSilence({ data, actor: by }: Requested<ExpireSilence>, at: Instant): Intention {
    const { silenceId, tenant = SHARED_TENANT } = data;
    return to(silence, silenceId, { type: 'ExpireSilence', data: { silenceId, tenant, by, at } });
  }
}
