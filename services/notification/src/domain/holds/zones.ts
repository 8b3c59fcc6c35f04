import { TimeZone } from '@tocsin/domain-kit';

/** Zones that were asked for: what their clocks show is asked at every look. */
const zones = new Map<string, TimeZone>();
const ZONES_MAX = 100;

/** @throws {RangeError} when there is no such zone, which was looked at when somebody chose it. */
export function zoneNamed(name: string): TimeZone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = new TimeZone(name);
  if (zones.size >= ZONES_MAX) zones.clear();
  zones.set(name, zone);
  return zone;
}
