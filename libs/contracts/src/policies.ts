import { POLICY_SCHEMAS } from './generated/catalogue.ts';
import type { PoliciesByName } from './generated/messages.ts';
import { VALIDATORS } from './generated/validators.ts';
import { problemsOf, refuseProblems } from './validation.ts';

/** The name of a policy document. */
export type PolicyName = keyof PoliciesByName;

/**
 * Checks a policy document, in which unknown fields are errors: a misspelt setting must not pass for a default.
 * @throws {ContractViolation} naming every problem by its JSON pointer.
 */
export function validatePolicy<Name extends PolicyName>(
  name: Name,
  document: unknown,
): asserts document is PoliciesByName[Name] {
  refuseProblems(`the policy ${name}`, problemsOf(VALIDATORS[POLICY_SCHEMAS[name]], document));
}
