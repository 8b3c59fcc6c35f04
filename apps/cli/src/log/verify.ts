import { SERVICES, type ServiceName } from '@tocsin/contracts';
import { remedyOf, verifyLane, type LaneVerification } from '@tocsin/event-log';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { counted, grouped } from '../progress-line.ts';
import { withLane, withLog } from '../stack.ts';

export type VerifyFlags = { readonly service: ServiceName | 'all'; readonly from: number; readonly json: boolean };

/** Holds one lane, or every one, against everything that knows it. */
export async function logVerify({ service, from, json }: VerifyFlags, context: CommandContext): Promise<number> {
  const { terminal, progress: onProgress } = context;
  const stack = context.findStack();
  const services = service === 'all' ? SERVICES : [service];
  return withLog(stack, async (nats) => {
    let isAgreeing = true;
    for (const each of services) {
      const found = await withLane(stack, nats, each, (access) => verifyLane({ ...access, from, onProgress }));
      for (const line of json ? [JSON.stringify(asJson(found))] : inWords(found)) terminal.say(line);
      isAgreeing &&= found.difference === null;
    }
    return isAgreeing ? EXIT.done : EXIT.differs;
  });
}

/** One line that a program reads; the remedy stands with the difference that it is for. */
const asJson = ({ difference, ...rest }: LaneVerification): object => ({
  agrees: difference === null,
  ...rest,
  difference: difference === null ? null : { ...difference, remedy: remedyOf(rest.service, difference) },
});

function inWords(found: LaneVerification): readonly string[] {
  const { service, stream, from, head, given, read, compared, difference, notes } = found;
  const noted = notes.map((note) => `  note      ${note}`);
  if (difference !== null)
    return [
      `${service}: ${stream} differs at position ${grouped(difference.position)}`,
      `  expected  ${difference.expected}`,
      `  found     ${difference.found}`,
      `  remedy    ${remedyOf(service, difference)}`,
      ...noted,
    ];
  if (read === 0)
    return [`${service}: ${stream} agrees; it holds no events from position ${grouped(from)} on`, ...noted];
  const waiting = given > head ? `; ${grouped(given - head)} more were said meanwhile or are on their way` : '';
  return [
    `${service}: ${stream} agrees, positions ${grouped(from)} to ${grouped(head)}${waiting}`,
    `  ${counted(read, 'event follows', 'events follow')} the chain; journal and archives still keep ${grouped(compared)} of them, alike`,
    ...noted,
  ];
}
