/** A promise of the log. `check` is called after every single event of a simulation, so it looks at what is new. */
export interface Invariant {
  readonly name: string;
  /** @throws {Violation} when the promise is broken. */
  check(): void;
  /** Called once everything has come to rest: what must be complete by now. */
  atRest?(): void;
}
