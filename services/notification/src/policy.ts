import { POLICY_DEFAULTS, validatePolicy, type NotificationDefaults } from '@tocsin/contracts';
import { ContractViolation } from '@tocsin/domain-kit';
import { readFileSync } from 'node:fs';

/**
 * Reads who is told what: the house's own policy, unless a file says otherwise.
 * @throws {ContractViolation} naming everything in the file that is not as it must be.
 */
export function readPolicy(path: string | null): NotificationDefaults {
  if (path === null) return POLICY_DEFAULTS['notification-defaults'];
  const document = parsed(path);
  validatePolicy('notification-defaults', document);
  return document;
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ContractViolation(`the policy ${path} is not JSON`, { cause: error });
  }
}
