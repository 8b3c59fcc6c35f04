import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Megabytes of memory of each named process with all its descendants. Where the system tells, pages that several
 * processes share count in parts (PSS), so that PostgreSQL's sessions are not counted many times over.
 *
 * @param {{ name: string, pid: number }[]} processes
 */
export function memoryOf(processes) {
  const parents = process.platform === 'linux' ? parentsFromProc() : parentsFromPs();
  return Object.fromEntries(
    processes.map(({ name, pid }) => {
      const family = [pid];
      for (const member of family) for (const [child, parent] of parents) if (parent === member) family.push(child);
      const kilobytes = family.reduce((sum, member) => sum + kilobytesOf(member), 0);
      return [name, Math.round(kilobytes / 1024)];
    }),
  );
}

/** Pairs of process and parent. */
function parentsFromProc() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const parent = /\) \S (\d+)/.exec(readOrEmpty(`/proc/${name}/stat`))?.[1];
      return parent ? [[Number(name), Number(parent)]] : [];
    });
}

function parentsFromPs() {
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => line.trim().split(/\s+/).map(Number));
}

function kilobytesOf(pid) {
  if (process.platform !== 'linux')
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) || 0;
  const shared = /^Pss:\s+(\d+)/m.exec(readOrEmpty(`/proc/${pid}/smaps_rollup`));
  const resident = /^VmRSS:\s+(\d+)/m.exec(readOrEmpty(`/proc/${pid}/status`));
  return Number(shared?.[1] ?? resident?.[1] ?? 0);
}

/** A process may end while it is being looked at. */
function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
