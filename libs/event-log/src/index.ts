export { to, type Deadline, type EntityType, type Intention, type PassedDeadline } from './step/entity-type.ts';
export type { Local, LocalModel } from './step/local-model.ts';
export { ProjectionFault, type StepBody } from './step/step-body.ts';
export type { Sql } from './postgres/sql.ts';
export { Handles, Hears } from './nest/hears.ts';
