const DAY_MS = 86_400_000;

/** How a zone's distance from UTC is told, such as `GMT`, `GMT-05:00` or, long ago, `GMT+00:53:28`. */
const OFFSET = /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** Whether the time-zone database that came with this process knows a zone by that name. */
export function isTimeZone(name: string): boolean {
  try {
    clockOf(name);
    return true;
  } catch {
    return false; // The constructor's only way to say so.
  }
}

const clockOf = (name: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset', year: 'numeric' });

/**
 * A zone of the IANA database, as the runtime brings it: so a process learns new rules with its Node, and no second
 * database has to be kept up. Walls are what clocks show, as milliseconds of a UTC that never changes its clocks.
 */
export class TimeZone {
  readonly #clock: Intl.DateTimeFormat;
  readonly #offsetsMs = new Map<number, number>();

  /** @throws {RangeError} when there is no such zone. */
  constructor(name: string) {
    this.#clock = clockOf(name);
  }

  /** What clocks show at a moment, in milliseconds since the epoch. */
  wallMsOf(epochMs: number): number {
    return epochMs + this.#readOffsetMs(epochMs);
  }

  /**
   * The moment at which clocks show `wallMs`, in milliseconds since the epoch. Of two such moments it is the earlier; a
   * time that clocks skip is the moment at which they skip it. So what comes later on the wall never comes earlier.
   */
  epochMsOf(wallMs: number): number {
    const dayMs = Math.floor(wallMs / DAY_MS) * DAY_MS;
    const [before, after] = [this.#offsetMs(dayMs - DAY_MS), this.#offsetMs(dayMs + 2 * DAY_MS)];
    if (before === after) return wallMs - before;

    const early = wallMs - Math.max(before, after);
    if (early + this.#readOffsetMs(early) === wallMs) return early;
    const late = wallMs - Math.min(before, after);
    return late + this.#readOffsetMs(late) === wallMs ? late : this.#changeBetween(early, late);
  }

  /** The first moment of the new offset, after `early` and not after `late`. */
  #changeBetween(early: number, late: number): number {
    const old = this.#readOffsetMs(early);
    let [from, to] = [early, late];
    while (to - from > 1) {
      const middle = Math.floor((from + to) / 2);
      if (this.#readOffsetMs(middle) === old) from = middle;
      else to = middle;
    }
    return to;
  }

  /** Of a midnight UTC; years of days are asked about a few times each. */
  #offsetMs(dayMs: number): number {
    const known = this.#offsetsMs.get(dayMs);
    if (known !== undefined) return known;
    const offsetMs = this.#readOffsetMs(dayMs);
    this.#offsetsMs.set(dayMs, offsetMs);
    return offsetMs;
  }

  #readOffsetMs(epochMs: number): number {
    const name = this.#clock.formatToParts(epochMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = OFFSET.exec(name) ?? [];
    const distanceMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
    return sign === '-' ? -distanceMs : distanceMs;
  }
}

/** Zones that were asked for: one costs more to open than to ask. People spell them in many ways, so they are bounded. */
const zones = new Map<string, TimeZone>();
const ZONES_MAX = 100;

/** The zone of that name, opened once. @throws {RangeError} when there is no such zone. */
export function zoneNamed(name: string): TimeZone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = new TimeZone(name);
  if (zones.size >= ZONES_MAX) zones.clear();
  zones.set(name, zone);
  return zone;
}
