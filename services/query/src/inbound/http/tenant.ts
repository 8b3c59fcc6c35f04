import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { SHARED_TENANT } from '@tocsin/contracts';
import { Problem } from '../../reading/problem.ts';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const TENANT = '^[a-z0-9][a-z0-9-]{0,31}$';
const TENANT_WORD = new RegExp(TENANT);

/** For whom something is asked, for a controller's method. Until there are keys that know, the caller says so. */
export const AskedTenant = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  tenantIn(context.switchToHttp().getRequest<{ readonly headers: Headers }>().headers),
);

/** @throws {Problem} when the header names no tenant. */
export function tenantIn(headers: Headers): string {
  const tenant = headers['tocsin-tenant'] ?? SHARED_TENANT;
  if (typeof tenant === 'string' && TENANT_WORD.test(tenant)) return tenant;
  const detail = 'must be 1 to 32 of a-z, 0-9 and -';
  throw new Problem('invalid-query', `/header/Tocsin-Tenant ${detail}.`, {
    errors: [{ pointer: '/header/Tocsin-Tenant', detail }],
  });
}

/** The header, for the documentation. */
export const TenantHeader = (): MethodDecorator =>
  ApiHeader({
    name: 'Tocsin-Tenant',
    required: false,
    description: `Whose it is; \`${SHARED_TENANT}\`, which is everybody’s, unless said.`,
    schema: { type: 'string', pattern: TENANT },
  });
