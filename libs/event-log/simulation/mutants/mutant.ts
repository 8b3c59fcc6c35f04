/** One place of the compiled code, written otherwise. `file` is below `dist/src`; `find` must stand there exactly once. */
export type Edit = { readonly file: string; readonly find: string; readonly replace: string };

/** A defect that somebody could write in good faith, and that the simulator must notice. */
export type Mutant = {
  readonly name: string;
  /** What is wrong with it, in one sentence. */
  readonly defect: string;
  readonly edits: readonly [Edit, ...Edit[]];
};
