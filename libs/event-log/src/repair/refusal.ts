/** Why nothing was changed, and what a person can do. */
export class RepairRefused extends Error {
  override readonly name = 'RepairRefused';
  constructor(
    because: string,
    readonly remedy: string,
  ) {
    super(because);
  }
}
