import { readFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';

type Running = Pick<ChildProcess, 'pid'>;

/** The kernel counts a process's time in hundredths of a second. */
const TICK_MS = 10;

/** What a process holds of this machine's memory, its part of shared pages only. */
export const megabytesOf = ({ pid }: Running): number =>
  Math.round(Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid ?? 0}/smaps_rollup`, 'utf8'))?.[1]) / 1_024);

/** User and system time, fields 14 and 15 of `proc(5)`'s stat. */
export function cpuMsOf({ pid }: Running): number {
  const fields =
    readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
