import { ContractViolation } from '@tocsin/domain-kit';
import { withoutOtherAlternatives } from './alternatives.ts';

/** One thing that is wrong with some data: where, as a JSON pointer, and what. */
export type SchemaProblem = { readonly pointer: string; readonly message: string };

/** A function as ajv writes it: it says whether data satisfy a schema, and leaves what is wrong in `errors`. */
export type StandaloneValidator = {
  (data: unknown): boolean;
  errors?: readonly StandaloneError[] | null;
};

/** One complaint of a validator, as ajv makes it. */
export type StandaloneError = {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
};

/** The fields that a schema knows: nested where a field is an object or a list of objects, null where it is neither. */
export type Fields = { readonly [field: string]: Fields | null };

/** Returns everything about `data` that does not satisfy the schema; nothing when all is well. */
export function problemsOf(validator: StandaloneValidator, data: unknown): readonly SchemaProblem[] {
  if (validator(data)) return [];
  return withoutOtherAlternatives(validator.errors ?? []).map(problemOf);
}

function problemOf({ instancePath, keyword, message, params }: StandaloneError): SchemaProblem {
  switch (keyword) {
    case 'required':
      return { pointer: `${instancePath}/${String(params['missingProperty'])}`, message: 'is missing' };
    case 'enum':
      return { pointer: instancePath, message: `must be one of ${JSON.stringify(params['allowedValues'])}` };
    case 'const':
      return { pointer: instancePath, message: `must be ${JSON.stringify(params['allowedValue'])}` };
    case 'additionalProperties':
      return { pointer: `${instancePath}/${String(params['additionalProperty'])}`, message: 'is not a known field' };
    default:
      return { pointer: instancePath, message: message ?? 'is wrong' };
  }
}

/** Returns the fields of `data` that its schema does not know: an error of whoever writes, and news to whoever reads. */
export function strayFields(data: unknown, fields: Fields): readonly SchemaProblem[] {
  const strays: SchemaProblem[] = [];
  collectStrays(data, fields, '', strays);
  return strays;
}

function collectStrays(data: unknown, fields: Fields, pointer: string, strays: SchemaProblem[]): void {
  if (Array.isArray(data)) {
    data.forEach((element, index) => {
      collectStrays(element, fields, `${pointer}/${index}`, strays);
    });
    return;
  }
  if (typeof data !== 'object' || data === null) return;
  for (const [name, value] of Object.entries(data)) {
    const inside = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (inside === undefined) strays.push({ pointer: `${pointer}/${name}`, message: 'is not a known field' });
    else if (inside !== null) collectStrays(value, inside, `${pointer}/${name}`, strays);
  }
}

/**
 * Turns problems into the fault that tells them all.
 * @throws {ContractViolation} when there is any; `subject` begins its sentence, `at` every pointer.
 */
export function refuseProblems(subject: string, problems: readonly SchemaProblem[], at = ''): void {
  if (problems.length === 0) return;
  const told = problems.map(({ pointer, message }) => `${at}${pointer} ${message}`.trim());
  throw new ContractViolation(`${subject}: ${told.join('; ')}`);
}
