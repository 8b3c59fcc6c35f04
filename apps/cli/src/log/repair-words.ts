import type { RepairOutcome, RepairPlan } from '@tocsin/event-log';
import { counted, grouped } from '../progress-line.ts';

/** What was found and what is done about it, for a person who has to agree. */
export function planInWords(plan: RepairPlan): readonly string[] {
  const { service, found, strayed, notes } = plan;
  return [
    `${service}: what was found`,
    ...[...found, ...notes].map((finding) => `  ${finding}`),
    `${service}: what is done about it`,
    ...stepsOf(plan).map((step) => `  ${step}`),
    ...strayed.map(
      ({ reader, position }) =>
        `  ${reader} has heard something else at position ${grouped(position)} and will go on standing still: ` +
        'its schema must come from the same moment as this one',
    ),
  ];
}

function stepsOf({ kind, after, head, setAside, onlyLogged }: RepairPlan): readonly string[] {
  const events = `${counted(head - after, 'event is', 'events are')} published as ${head - after === 1 ? 'it was' : 'they were'}`;
  switch (kind) {
    case 'nothing':
      return ['what an earlier repair left undone is done'];
    case 'append':
      return [`nothing is deleted; after position ${grouped(after)}, ${events}`];
    case 'rebuild':
      return [
        ...(onlyLogged === 0
          ? []
          : [
              `${counted(onlyLogged, 'event that only the log still holds is', 'events that only the log still holds are')} archived`,
            ]),
        ...(setAside === 0
          ? []
          : [
              `${counted(setAside, 'message that the lane will not hold is', 'messages that the lane will not hold are')} saved to a file`,
            ]),
        `the stream is deleted and made again; ${events}`,
      ];
  }
}

/** What came of it, for a person. */
export function outcomeInWords(outcome: RepairOutcome, isDry: boolean): readonly string[] {
  const { kind, plan, saved, consumers } = outcome;
  const { service, head, strayed } = plan;
  const isSound = `the log holds all of its ${grouped(head)} positions as they must be`;
  switch (kind) {
    case 'nothing':
      return [
        `${service}: there is nothing to repair; ${isSound}`,
        ...strayed.map(
          ({ reader, position }) => `  ${reader} has heard something else at position ${grouped(position)}`,
        ),
      ];
    case 'declined':
      return [`${service}: ${isDry ? 'this was a dry run; ' : ''}nothing was changed`];
    case 'repaired':
      return [
        `${service}: repaired; ${isSound}`,
        ...saved.map((file) => `  saved     ${file}`),
        ...consumers.map((name) => `  consumer  ${name} is there again, where it stood`),
        '  services that run go on by themselves within ten seconds',
      ];
  }
}

/** What came of it, for a program. */
export const outcomeOf = ({ kind, plan, saved, consumers }: RepairOutcome, isDry: boolean): object => ({
  service: plan.service,
  outcome: kind === 'declined' && isDry ? 'dry-run' : kind,
  plan,
  saved,
  consumers,
});
