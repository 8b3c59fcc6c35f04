import { applyDecorators, Get, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { PROBLEMS, type ProblemCode } from '../../reading/problem.ts';
import { question, QuestionGuard, type Question } from './question.ts';
import { TenantHeader } from './tenant.ts';

/** A JSON Schema, as OpenAPI 3.1 takes it. */
export type Schema = Readonly<Record<string, unknown>>;

/** A read as callers see it: the same parameters that are checked, the answer, and what else may be answered. */
export type Endpoint = {
  readonly path: string;
  readonly summary: string;
  readonly query: Question<unknown>;
  readonly params?: Question<unknown>;
  readonly answer: Schema;
  /** Whether the header `Tocsin-Tenant` says for whom. */
  readonly isOfTenant?: boolean;
  readonly problems?: readonly ProblemCode[];
};

/** Any read may end in these. */
const ALWAYS = [
  'invalid-query',
  'too-many-requests',
  'behind',
  'unavailable',
  'defect',
] as const satisfies readonly ProblemCode[];

const NONE = question<unknown>({ properties: {} });

/** Makes a method a route whose parameters are checked, and documents it from what is checked. */
export function Read(endpoint: Endpoint): MethodDecorator {
  const { path, summary, query, params = NONE, answer, isOfTenant = false, problems = [] } = endpoint;
  return applyDecorators(
    Get(path),
    UseGuards(new QuestionGuard({ query, path: params })),
    ApiOperation({ summary }),
    ...Object.entries(query.schema.properties).map(([name, { description, example, ...schema }]) =>
      ApiQuery({
        name,
        description,
        schema,
        required: query.schema.required?.includes(name) ?? false,
        ...(example !== undefined && { example }),
      }),
    ),
    ...parametersOf(params),
    ...(isOfTenant ? [TenantHeader()] : []),
    ApiOkResponse({ description: summary, headers: HEADERS, content: { 'application/json': { schema: answer } } }),
    ApiResponse({ status: 304, description: 'Nothing has changed since the answer with this `ETag`.' }),
    ...problemResponses([...problems, ...ALWAYS]),
  );
}

/** The parameters of a path, documented from what is checked. */
export const parametersOf = ({ schema }: Question<unknown>): readonly MethodDecorator[] =>
  Object.entries(schema.properties).map(([name, { description, example, ...rest }]) =>
    ApiParam({ name, description, schema: rest, ...(example !== undefined && { example }) }),
  );

/** What else may be answered, a response for each status. */
export function problemResponses(problems: readonly ProblemCode[]): readonly MethodDecorator[] {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problems) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return [...byStatus].map(([status, codes]) =>
    ApiResponse({
      status,
      description: `\`${codes.join('`, `')}\`: ${codes.map((code) => PROBLEMS[code].title).join(' ')}`,
      content: { 'application/problem+json': { schema: PROBLEM } },
    }),
  );
}

const HEADERS = {
  ETag: { description: 'Made of the log positions that were read.', schema: { type: 'string' } },
  'Log-Position': {
    description: 'What was read, as `lane:position`, one per lane; what `atLeast` takes.',
    schema: { type: 'string' },
  },
} as const;

/** A problem document, for the OpenAPI document. */
export const PROBLEM = {
  type: 'object',
  description: 'RFC 9457.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'traceId'],
  properties: {
    type: { type: 'string', description: 'A link to what it means.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', enum: Object.keys(PROBLEMS) },
    traceId: { type: 'string' },
    refused: { type: 'string', description: 'The name of the rule that said no.' },
    request: { type: 'string', description: 'The id of the request that this is about.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string', description: 'A JSON Pointer.' }, detail: { type: 'string' } },
      },
    },
  },
};
