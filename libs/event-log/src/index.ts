export type { Asked, Question } from './asking/asking.ts';
export { Asking1700000000003 } from './asking/asking.migration.ts';
export type { KnownRequest, RequestOutcome } from './asking/request-store.ts';
export { EntityFold } from './step/entity-fold.ts';
export { EventLog } from './event-log.ts';
export type { EventLogHealth } from './health.ts';
export type { LaneHealth } from './step/consumer.ts';
export type { RelayHealth } from './lane/relay.ts';
export { readArchive, verifyArchive } from './journal/archive.ts';
export { chainNext, chainStart } from './lane/chain.ts';
export { TopologyFault } from './lane/topology.ts';
export type { AgentBeatListener, BeatListener, Heartbeat } from './liveness/heartbeat.ts';
export type { Log } from './liveness/log.ts';
export { Watchdog } from './liveness/watchdog.ts';
export { EVENT_LOG_WIRING, EventLogModule, type ServiceOptions } from './nest/event-log.module.ts';
export { Handles, Hears } from './nest/hears.ts';
export { LaneServer } from './nest/lane-server.ts';
export { Database, isTransient } from './postgres/database.ts';
export type { Sql } from './postgres/sql.ts';
export type { Wiring } from './session.ts';
export { setUp, type ServiceSchema, type SetUpOptions } from './set-up.ts';
export {
  to,
  type AnyEntityType,
  type Deadline,
  type EntityType,
  type Intention,
  type PassedDeadline,
} from './step/entity-type.ts';
export type { Tenure } from './lane/lease.ts';
export type { FactListener } from './step/fact-listener.ts';
export type { Observation, Outcome } from './step/inputs.ts';
export { keptAsJson } from './step/json-table.ts';
export type { Local, LocalModel } from './step/local-model.ts';
export type { ClockMode } from './step/service-clock.ts';
export { ProjectionFault, type StepBody } from './step/step-body.ts';
export { foldProjection } from './projection/fold.ts';
export { SnakeNaming } from './projection/naming.ts';
export { ProjectionRunner, projectionRows } from './projection/projection-runner.ts';
export type { AnyProjection, Fields, KeyValue, Projection, RowClass } from './projection/projection.ts';
export { ReadSide1700000000002 } from './projection/read-side.migration.ts';
export { differenceSentence, remedyOf, type Difference } from './repair/difference.ts';
export { exportLane, type LaneExport } from './repair/export-lane.ts';
export type { LaneAccess, Progress } from './repair/lane-access.ts';
export { RepairRefused } from './repair/refusal.ts';
export { repairLane, RepairUnfinished, type RepairOutcome } from './repair/repair-lane.ts';
export type { RepairPlan } from './repair/repair-plan.ts';
export { verifyLane, type LaneVerification } from './repair/verify-lane.ts';
