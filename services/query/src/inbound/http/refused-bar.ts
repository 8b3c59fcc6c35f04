import type { ProblemError } from '../../reading/problem.ts';

const POINTER = /^\/bars\/(\d{1,3})\/([A-Za-z]{1,32}): (.+)$/s;

/** Where a pushed bar breaks a rule, said of the body that brought it; nothing when the reason names no place. */
export function errorsOfRefusedBar(because: string): readonly ProblemError[] {
  const [, index, field, detail] = POINTER.exec(because) ?? [];
  if (index === undefined || field === undefined || detail === undefined) return [];
  const written = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return [{ pointer: `/body/bars/${index}/${written}`, detail }];
}
