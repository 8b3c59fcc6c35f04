import type { Bytes } from './bytes-per-event.ts';
import type { LogBench } from './log-bench.ts';
import type { Measured, MeasuredGoal } from './measurement.ts';

/** The figures as Markdown, for people: a table for each measurement, and under it what its goals came to. */
export function tableOf({ machine, rounds, measured, bytes }: LogBench): string {
  const { cores, node, nats, postgres } = machine;
  const head = `${cores} cores, Node ${node}, nats-server ${nats}, PostgreSQL ${postgres}; medians of ${rounds} rounds, ways in turns.`;
  return [head, ...measured.map(sectionOf), storageOf(bytes)].join('\n\n');
}

/** One measurement: its table, what its goals came to, and what must be known to read it. */
export function sectionOf({ title, unit, note, ways, goals, failures }: Measured): string {
  const rows = ways.map(({ name, kind, perSecond, rounds }) => {
    const [low, high] = [Math.min(...rounds), Math.max(...rounds)];
    return `| ${name} | ${kind} | ${figure(perSecond)} | ${figure(low)} – ${figure(high)} |`;
  });
  return [
    `### ${title}`,
    '',
    `| way | | median ${unit} | rounds |`,
    '| --- | --- | ---: | ---: |',
    ...rows,
    ...goals.flatMap((goal) => ['', goalLine(goal)]),
    ...(note === null ? [] : ['', note]),
    ...failures.flatMap((failure) => ['', `**Failed:** ${failure}`]),
  ].join('\n');
}

function goalLine({ way, than, atLeast, got, isMet }: MeasuredGoal): string {
  const mark = isMet ? 'ok' : '**short**';
  return than === null
    ? `${way}: ${figure(got)}, goal ≥ ${figure(atLeast)}: ${mark}`
    : `${way} / ${than}: ${got.toFixed(2)}, goal ≥ ${atLeast.toString()}: ${mark}`;
}

function storageOf({ body, message, onDisk, compression }: Bytes): string {
  const how = compression === 's2' ? 'compressed by the server (s2)' : 'as this server cannot compress';
  return [
    '### bytes per event',
    '',
    `${figure(body)} of body, ${figure(message)} with subject and headers, ${figure(onDisk)} in the stream’s files, ${how}.`,
  ].join('\n');
}

const figure = (value: number): string => Math.round(value).toLocaleString('en-GB');
