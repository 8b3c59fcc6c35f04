/** How a zone's distance from UTC is told, such as `GMT`, `GMT-05:00` or, long ago, `GMT+00:53:28`. */
const OFFSET = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

const clocks = new Map<string, Intl.DateTimeFormat>();
const CLOCKS_MAX = 100;

/** @throws {RangeError} when there is no such zone. */
function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' });
  if (clocks.size >= CLOCKS_MAX) clocks.clear();
  clocks.set(zone, clock);
  return clock;
}

/** Whether the time-zone database that came with this process knows a zone by that name. */
export function isTimeZone(zone: string): boolean {
  try {
    clockOf(zone);
    return true;
  } catch {
    return false; // The constructor's only way to say so.
  }
}

function offsetMs(zone: string, epochMs: number): number {
  const name = clockOf(zone)
    .formatToParts(epochMs)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = OFFSET.exec(name ?? '') ?? [];
  const distanceMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return sign === '-' ? -distanceMs : distanceMs;
}

/** What clocks of the zone show, as milliseconds of a UTC that never changes its clocks. */
export const wallMsOf = (zone: string, epochMs: number): number => epochMs + offsetMs(zone, epochMs);

/**
 * The moment at which clocks show `wallMs`. Of two such moments it is the first; a time that clocks skip is the moment as
 * if they had not been changed yet.
 */
export function epochMsOf(zone: string, wallMs: number): number {
  const DAY_MS = 86_400_000;
  const before = offsetMs(zone, wallMs - DAY_MS);
  const early = wallMs - before;
  if (offsetMs(zone, early) === before) return early;
  const late = wallMs - offsetMs(zone, wallMs + DAY_MS);
  return offsetMs(zone, late) === wallMs - late ? late : early;
}
