import type { Progress } from '@tocsin/event-log';
import type { Terminal } from './terminal.ts';

const SHOW_EVERY_MS = 100;
/** Before this an estimate is a guess. */
const ESTIMATE_AFTER_MS = 500;

/** Shows on one line how far something is and how long it will still take. */
export function progressLine({ show }: Pick<Terminal, 'show'>, nowMs: () => number): Progress {
  let doing = '';
  let begunAt = 0;
  let begunWith = 0;
  let shownAt = Number.NEGATIVE_INFINITY;
  return (step) => {
    const now = nowMs();
    if (step.doing !== doing) {
      ({ doing, done: begunWith } = step);
      begunAt = now;
    } else if (now - shownAt < SHOW_EVERY_MS && step.done < step.total) return;
    shownAt = now;
    const percent = step.total === 0 ? 100 : Math.floor((100 * step.done) / step.total);
    const spent = now - begunAt;
    const left = ((step.total - step.done) * spent) / Math.max(1, step.done - begunWith);
    const estimate = spent < ESTIMATE_AFTER_MS || step.done >= step.total ? '' : `, about ${inWords(left)} left`;
    show(`${doing}: ${percent} %, ${grouped(step.done)} of ${grouped(step.total)}${estimate}`);
  };
}

/** Digits in groups of three: a number that a person can read. */
export const grouped = (number: number): string => String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** How many there are of something, as a person says it. */
export const counted = (number: number, one: string, many = `${one}s`): string =>
  `${grouped(number)} ${number === 1 ? one : many}`;

function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
