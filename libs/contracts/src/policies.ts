import { POLICY_FIELDS, POLICY_SCHEMAS } from './generated/catalogue.ts';
import type { PoliciesByName } from './generated/messages.ts';
import { VALIDATORS } from './generated/validators.ts';
import { withHelp } from './policy-help.ts';
import { problemsOf, refuseProblems, type SchemaProblem } from './validation.ts';

/** The name of a policy document. */
export type PolicyName = keyof PoliciesByName;

/**
 * Returns everything that is wrong with a policy document, and what would be right. Unknown fields are errors: a
 * misspelt setting must not pass for a default.
 */
export function policyProblems(name: PolicyName, document: unknown): readonly SchemaProblem[] {
  const problems = problemsOf(VALIDATORS[POLICY_SCHEMAS[name]], document);
  return problems.map((problem) => withHelp(POLICY_FIELDS[name], problem));
}

/**
 * Checks a policy document.
 * @throws {ContractViolation} naming every problem by its JSON pointer.
 */
export function validatePolicy<Name extends PolicyName>(
  name: Name,
  document: unknown,
): asserts document is PoliciesByName[Name] {
  refuseProblems(`the policy ${name}`, policyProblems(name, document));
}
