import { applyDecorators, Delete, HttpCode, Post, Put, UseGuards } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { ProblemCode } from '../../reading/problem.ts';
import { parametersOf, problemResponses, type Schema } from './endpoint.ts';
import { OwnMachineGuard } from './own-machine.guard.ts';
import { question, QuestionGuard, StatementGuard, type Question } from './question.ts';
import { TenantHeader } from './tenant.ts';

/** A request for a change as callers see it: what is checked, what it is answered with, and what else may be answered. */
export type Asking = {
  readonly path: string;
  /** POST unless said. */
  readonly method?: 'POST' | 'PUT' | 'DELETE';
  readonly summary: string;
  readonly params?: Question<unknown>;
  readonly body: Question<unknown>;
  readonly answer: Schema;
  /** Whether the header `Tocsin-Tenant` says for whom. */
  readonly isOfTenant?: boolean;
  /** Whether `If-Match` may name the version that the request is based on. */
  readonly isOfVersion?: boolean;
  readonly problems?: readonly ProblemCode[];
};

/** Any request for a change may end in these. */
const PROBLEMS_OF_ASKING = [
  'invalid-query',
  'invalid-body',
  'bad-request',
  'not-from-here',
  'request-refused',
  'request-expired',
  'body-too-large',
  'unsupported-media-type',
  'key-taken',
  'too-many-requests',
  'unavailable',
  'defect',
] as const satisfies readonly ProblemCode[];

const NO_PARAMETERS = question<unknown>({ properties: {} });

/** Makes a method a route by which something is asked of another service, and documents it from what is checked. */
export const Ask = ({
  path,
  method = 'POST',
  summary,
  params = NO_PARAMETERS,
  body,
  answer,
  isOfTenant = false,
  isOfVersion = false,
  problems = [],
}: Asking): MethodDecorator =>
  applyDecorators(
    METHODS[method](path),
    HttpCode(200),
    UseGuards(
      new OwnMachineGuard(),
      new QuestionGuard({ query: NO_PARAMETERS, path: params }),
      new StatementGuard(body),
    ),
    ApiOperation({ summary, description: MANNERS }),
    ...parametersOf(params),
    ...(isOfTenant ? [TenantHeader()] : []),
    ...(isOfVersion ? [VersionHeader] : []),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Your own name for this request: sent again under it, it is the same request and has the same answer.',
      schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
    }),
    ApiHeader({
      name: 'Prefer',
      required: false,
      description: '`respond-async` answers at once with 202.',
      schema: { type: 'string' },
    }),
    ApiBody({ schema: { type: 'object', additionalProperties: false, ...body.schema } as Schema }),
    ApiResponse({
      status: 200,
      description: 'Done, or it was so already (`unchanged`).',
      headers: {
        'Log-Position': {
          description: 'Where the outcome is said; a read with `atLeast` sees what it led to.',
          schema: { type: 'string' },
        },
      },
      content: { 'application/json': { schema: answer } },
    }),
    ApiResponse({
      status: 202,
      description: 'Written down and on its way; it will be sent until its outcome is heard or its time is over.',
      headers: { Location: { description: 'Where its outcome will be.', schema: { type: 'string' } } },
      content: { 'application/json': { schema: answer } },
    }),
    ...problemResponses([...PROBLEMS_OF_ASKING, ...problems]),
  );

const METHODS = { POST: Post, PUT: Put, DELETE: Delete } as const;

const VersionHeader = ApiHeader({
  name: 'If-Match',
  required: false,
  description: 'The `ETag` of the version that this is based on: if somebody has changed it since, nothing is changed.',
  schema: { type: 'string' },
});

const MANNERS =
  'Waits up to 5 seconds for the outcome. Open to this machine alone, until there are keys. What is asked is carried ' +
  'out within an hour, or not at all.';
