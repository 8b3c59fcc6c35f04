import type { StandaloneError } from './validation.ts';

/**
 * Leaves out what only those alternatives of an `anyOf` say that were never meant. Data that satisfy none of them are
 * told what each misses, which helps nobody who meant one: so where some alternatives want another kind of value, or
 * another constant (`provider: "fred"`), the others speak alone.
 */
export function withoutOtherAlternatives(errors: readonly StandaloneError[]): readonly StandaloneError[] {
  let kept: readonly StandaloneError[] = [];
  // A validator tells of the alternatives first, and then that none of them will do.
  for (const error of errors) {
    if (error.keyword !== 'anyOf') {
      kept = [...kept, error];
      continue;
    }
    const isWithin = ({ instancePath: path }: StandaloneError): boolean =>
      path === error.instancePath || path.startsWith(`${error.instancePath}/`);
    kept = [...kept.filter((other) => !isWithin(other)), ...meant(error, kept.filter(isWithin))];
  }
  return kept;
}

/** What is worth saying of the complaints of all alternatives. */
function meant(anyOf: StandaloneError, errors: readonly StandaloneError[]): readonly StandaloneError[] {
  const isOtherKind = ({ keyword, instancePath }: StandaloneError): boolean =>
    keyword === 'type' && instancePath === anyOf.instancePath;
  const ofItsKind = errors.filter((error) => !isOtherKind(error));
  if (ofItsKind.length === 0) return errors.filter(isFirstOfItsType);

  const branchOf = ({ schemaPath }: StandaloneError): string | undefined =>
    schemaPath.startsWith(`${anyOf.schemaPath}/`)
      ? schemaPath.slice(anyOf.schemaPath.length + 1).split('/')[0]
      : undefined;
  const branches = new Set(ofItsKind.map(branchOf).filter((branch) => branch !== undefined));
  const constants = ofItsKind.filter((error) => isConstantOf(anyOf, error));
  const others = new Set(constants.map(branchOf));
  if ([...branches].some((branch) => !others.has(branch)))
    return commonLack(ofItsKind, branches.size) ?? ofItsKind.filter((error) => !others.has(branchOf(error)));
  const [first] = constants;
  if (first === undefined) return ofItsKind;
  const allowedValues = constants.map(({ params }) => params['allowedValue']);
  return [{ ...first, keyword: 'enum', params: { allowedValues } }];
}

const isFirstOfItsType = ({ params }: StandaloneError, index: number, errors: readonly StandaloneError[]): boolean =>
  errors.findIndex((error) => error.params['type'] === params['type']) === index;

/** Whether a property of the very value that has alternatives should be another constant. */
const isConstantOf = ({ instancePath }: StandaloneError, error: StandaloneError): boolean =>
  error.keyword === 'const' && error.instancePath.slice(0, error.instancePath.lastIndexOf('/')) === instancePath;

/** The one property that every alternative misses: without it nobody knows which was meant. */
function commonLack(errors: readonly StandaloneError[], branches: number): readonly StandaloneError[] | undefined {
  const lacks = errors.filter(({ keyword }) => keyword === 'required');
  const lack = lacks.find(
    ({ params }) =>
      branches > 1 &&
      lacks.filter((other) => other.params['missingProperty'] === params['missingProperty']).length === branches,
  );
  return lack && [lack];
}
