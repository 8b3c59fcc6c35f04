import type { CommandName, EventName, ServiceName } from './generated/messages.ts';
import { VALIDATORS } from './generated/validators.ts';
import { problemsOf, type Fields, type SchemaProblem } from './validation.ts';

/** What a message is: a fact, a failure, or a request. */
export type Family = 'evt' | 'flt' | 'cmd';

/** What is agreed about one kind of message; the schema is its source. */
export type Contract = {
  readonly name: EventName | CommandName;
  /** Who says it, or for a request who answers it; `*` is every service. */
  readonly service: ServiceName | '*';
  readonly family: Family;
  /** The entity token of the subject; `*` is the entity that the data name in `entity`. */
  readonly entity: string;
  /** The last token of the subject. */
  readonly event: string;
  /** The data property that is the key token of the subject. */
  readonly key: string;
  /** The type of the entity that decides it; `*` is the entity that the data name in `entity`. */
  readonly owner: string;
  /** The data property that is the key of that entity. */
  readonly ownerKey: string;
  /** The data property that says whose it is; null where it is always everybody's. */
  readonly tenant: string | null;
  /** The newest edition, which the types describe. */
  readonly major: number;
  /** The `$id` of the schema of that edition. */
  readonly dataschema: string;
  /** The fields that the schema knows. */
  readonly fields: Fields;
  /** Returns everything about `data` that a reader could not work with; unknown fields are tolerated. */
  readonly validate: (data: unknown) => readonly SchemaProblem[];
};

/** Completes an entry of the catalogue with the validator of its schema. */
export const contract = (entry: Omit<Contract, 'validate'>): Contract => ({
  ...entry,
  validate: (data) => problemsOf(VALIDATORS[entry.name], data),
});
