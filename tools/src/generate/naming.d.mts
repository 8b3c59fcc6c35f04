/** What a schema says about the place of its message. */
export type Parts = {
  readonly family: 'evt' | 'flt' | 'cmd';
  readonly service: string;
  readonly entity: string;
  readonly event: string;
  readonly key: string;
  readonly major: number;
};

/** What follows from it. */
export type Names = {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly type: string;
  readonly address: string;
};

export const SERVICE_ORDER: readonly string[];
export function namesOf(parts: Parts): Names;
export function inProse(address: string): string;
