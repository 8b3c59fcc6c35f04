import { ownerKeyOf, SERVICES } from '@tocsin/contracts';
import { factsOf, type Invariant } from './evidence.ts';

/** The versions of everything that was ever spoken of are 1 to n, without a gap and without a repeat. */
export const versionsAreWhole: Invariant = (evidence) =>
  SERVICES.flatMap((service) => {
    const versions = new Map<string, number>();
    return factsOf(evidence, service).flatMap((event) => {
      const { owner, key } = ownerKeyOf(event);
      const id = `${owner}/${key}`;
      const expected = (versions.get(id) ?? 0) + 1;
      versions.set(id, event.entityVersion);
      return event.entityVersion === expected
        ? []
        : [`${service}: ${id} has version ${event.entityVersion} at position ${event.position}, after ${expected - 1}`];
    });
  });
