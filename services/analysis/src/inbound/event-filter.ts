import { policyProblems, validatePolicy } from '@tocsin/contracts';
import { readJson, refuseConfig } from '@tocsin/service-kit';
import type { FilteredEvents } from '../domain/event-filter.ts';

/**
 * Reads the moments around which nothing is traded. Without a file there are none.
 * @throws {ContractViolation} naming the file and each of its fields that is not as it must be.
 */
export function readEventFilter(path: string | null): FilteredEvents {
  if (path === null) return [];
  const document = readJson(path);
  refuseConfig(path, policyProblems('event-filter', document));
  validatePolicy('event-filter', document);
  return document.events;
}
