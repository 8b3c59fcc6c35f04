/** What was typed or set cannot be meant; the message tells a person what can. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}
