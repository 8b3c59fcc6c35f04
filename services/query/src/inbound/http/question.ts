import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { Problem, type ProblemCode, type ProblemError } from '../../reading/problem.ts';

/** What may be asked: the parameters by name, each as a JSON Schema. Whatever is not named is refused. */
export type QuestionSchema = {
  readonly properties: Readonly<Record<string, ParameterSchema>>;
  readonly required?: readonly string[];
};

export type ParameterSchema = {
  readonly type: 'string' | 'integer' | 'boolean' | 'array' | 'number' | 'object';
  readonly description: string;
  readonly [keyword: string]: unknown;
};

/** A set of parameters that is read in one way everywhere: `Asked` is what they are once they are read. */
export interface Question<Asked> {
  readonly schema: QuestionSchema;
  readonly validate: ValidateFunction<Asked>;
}

/** Parameters are text, so they are turned into what their schema says; all mistakes are told at once. */
const ajv = new Ajv2020({ coerceTypes: true, useDefaults: true, allErrors: true, strict: true, keywords: ['example'] });

const RFC_3339 = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;
/** `Date` takes the 30th of February for the 2nd of March; here it is no day. */
const isDay = (text: string): boolean => new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
/** Facts write a year in four digits and the database knows no year 0; a distance from UTC may lead to either. */
const isWritable = (epochMs: number): boolean => /^(?!0000)\d{4}-/.test(new Date(epochMs).toISOString());
const isMoment = (text: string): boolean => {
  const [, day] = RFC_3339.exec(text) ?? [];
  return day !== undefined && !Number.isNaN(Date.parse(text)) && isDay(day) && isWritable(Date.parse(text));
};
ajv.addFormat('date-time', isMoment);

/** Compiles what may be asked. */
export const question = <Asked>(schema: QuestionSchema): Question<Asked> => ({
  schema,
  validate: ajv.compile<Asked>({ type: 'object', additionalProperties: false, ...schema }),
});

/** A body has types of its own, so nothing is turned into anything. */
const strictly = new Ajv2020({ allErrors: true, strict: true, discriminator: true, keywords: ['example'] });
strictly.addFormat('date-time', isMoment);

/** Compiles what may be said in a body. */
export const statement = <Said>(schema: QuestionSchema): Question<Said> => ({
  schema,
  validate: strictly.compile<Said>({ type: 'object', additionalProperties: false, ...schema }),
});

type Request = { query: unknown; params: unknown; body: unknown };

/** Checks a route's parameters before anything else happens: the one place where that is done. */
export class QuestionGuard implements CanActivate {
  constructor(private readonly asked: { readonly query: Question<unknown>; readonly path: Question<unknown> }) {}

  /** @throws {Problem} that names every parameter that is missing, unknown, or not as it must be. */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    request.params = read('path', this.asked.path, request.params);
    request.query = read('query', this.asked.query, request.query);
    return true;
  }
}

/** Checks a body before anything is done with it. */
export class StatementGuard implements CanActivate {
  constructor(private readonly said: Question<unknown>) {}

  /** @throws {Problem} that names every field that is missing, unknown, or not as it must be. */
  canActivate(context: ExecutionContext): boolean {
    const { body = {} } = context.switchToHttp().getRequest<Request>(); // Who says nothing has said no field.
    const { validate, schema } = this.said;
    const tooLong = overlong(schema, body);
    if (tooLong.length > 0) throw Problem.of('invalid-body', tooLong);
    if (!validate(body)) throw refusal('invalid-body', 'body', validate.errors);
    return true;
  }
}

function read(place: 'query' | 'path', { validate }: Question<unknown>, given: unknown): unknown {
  const parameters: unknown = { ...(given as object) }; // Validation turns text into numbers, in place.
  if (validate(parameters)) return parameters;
  throw refusal('invalid-query', place, validate.errors);
}

/** Looked at first: everything that is wrong is told, and a list of any length has any number of things wrong in it. */
function overlong({ properties }: QuestionSchema, body: unknown): readonly ProblemError[] {
  if (typeof body !== 'object' || body === null) return [];
  const said = new Map<string, unknown>(Object.entries(body));
  return Object.entries(properties).flatMap(([name, { maxItems }]) => {
    const list = said.get(name);
    if (typeof maxItems !== 'number' || !Array.isArray(list) || list.length <= maxItems) return [];
    return [{ pointer: `/body/${name}`, detail: `must NOT have more than ${maxItems} items` }];
  });
}

function refusal(code: ProblemCode, place: string, wrong: readonly ErrorObject[] | null | undefined): Problem {
  const told = (wrong ?? []).filter(({ keyword }) => keyword !== 'if'); // What its branch says is told by itself.
  return Problem.of(
    code,
    told.map((error) => errorOf(place, error)),
  );
}

function errorOf(place: string, { keyword, instancePath, params, message }: ErrorObject): ProblemError {
  const at = (name: unknown): string =>
    `/${place}${instancePath}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  switch (keyword) {
    case 'additionalProperties':
      return {
        pointer: at(params['additionalProperty']),
        detail: `is no ${place === 'body' ? 'field' : 'parameter'} of this route`,
      };
    case 'required':
      return { pointer: at(params['missingProperty']), detail: 'is missing' };
    case 'enum':
      return { pointer: `/${place}${instancePath}`, detail: `must be one of ${String(params['allowedValues'])}` };
    default:
      return { pointer: `/${place}${instancePath}`, detail: message ?? 'is not allowed' };
  }
}
