type Kind = { readonly status: number; readonly title: string; readonly meaning: string };

/** Every problem that this API answers with, by its code. `docs/reference/problems.md` is printed from here. */
export const PROBLEMS = {
  'invalid-query': {
    status: 400,
    title: 'The question is not as it must be.',
    meaning:
      'A parameter is missing, unknown, or has a value that is not allowed. `errors` names each of them by a JSON Pointer into the request: `/query/limit`, `/path/scope`.',
  },
  'invalid-cursor': {
    status: 400,
    title: 'The cursor belongs to no page of this list.',
    meaning: 'A cursor is handed back exactly as `next_cursor` gave it, to the list that gave it. Begin without one.',
  },
  'invalid-body': {
    status: 400,
    title: 'The request for a change is not as it must be.',
    meaning:
      'A field of the body is missing, unknown, or has a value that is not allowed, or a header is not as it must be. `errors` names each of them: `/body/reason`, `/body/bars/3/high`, `/header/Idempotency-Key`.',
  },
  'bad-request': {
    status: 400,
    title: 'The request cannot be read.',
    meaning: 'What arrived is no request that HTTP or this API knows.',
  },
  'unknown-pair': {
    status: 404,
    title: 'There is no such pair.',
    meaning:
      'No feed watches this symbol at this timeframe. `GET /api/ingestion/status` lists the pairs that there are.',
  },
  'no-analysis': {
    status: 404,
    title: 'The pair has not been analysed yet.',
    meaning: 'The pair exists, but none of its bars has led to a run so far.',
  },
  'unknown-analysis': {
    status: 404,
    title: 'There is no such analysis.',
    meaning: 'No run has this id. Ids are those that `latest` and `history` answer with.',
  },
  'unknown-task': {
    status: 404,
    title: 'There is no such task.',
    meaning: 'No task has this id. A task that was submitted is known once analysis has taken it on.',
  },
  'unknown-scope': {
    status: 404,
    title: 'There is nothing known about this scope.',
    meaning: 'Nothing was ever counted or raised for it. A scope is a kind and a key, such as `pair-EURUSD-15m`.',
  },
  'unknown-channel': {
    status: 404,
    title: 'There is no such channel.',
    meaning:
      'Nobody of this tenant has set up a channel by this id, or it was removed. Channels that are wired by the environment of the service notification are not among them.',
  },
  'unknown-silence': {
    status: 404,
    title: 'There is no such silence.',
    meaning: 'Nobody of this tenant has asked for a silence or a maintenance window by this id.',
  },
  'unknown-notification': {
    status: 404,
    title: 'There is no such notification.',
    meaning: 'Nobody of this tenant was to be told anything by this id. `GET /api/notifications` lists what there is.',
  },
  'unknown-simulation': {
    status: 404,
    title: 'There is no such simulation.',
    meaning: 'Nobody of this tenant has asked what another policy would have sent by this id.',
  },
  'unknown-request': {
    status: 404,
    title: 'There is no such request.',
    meaning: 'Nothing was asked under this id here, or it was more than two weeks ago.',
  },
  'not-from-here': {
    status: 403,
    title: 'Changes are asked for from this machine only.',
    meaning:
      'There are no keys yet, so only whoever is on the machine that the service runs on may change anything, and only directly: not through a proxy, and not from a page of another origin.',
  },
  'request-refused': {
    status: 409,
    title: 'The rules say no.',
    meaning:
      'The service that was asked has refused. `refused` is the name of the rule, `detail` its reason, `request` the id under which `GET /api/requests/{id}` tells it again. Where a bar was refused, `errors` names it and its field: `/body/bars/3/high`.',
  },
  'request-expired': {
    status: 409,
    title: 'The request was not handled in time.',
    meaning: 'A request is carried out within an hour, or not at all. Ask again, under another key.',
  },
  'key-taken': {
    status: 422,
    title: 'This key stands for another request.',
    meaning: 'An `Idempotency-Key` names one request for ever. Something else needs another key.',
  },
  'no-place-for-secrets': {
    status: 422,
    title: 'There is no place to keep a secret in.',
    meaning:
      'The services run without `SECRETS_DIRECTORY`, so a secret cannot be kept. Set it, or put a file there and name it by `secret_ref`.',
  },
  'unknown-route': {
    status: 404,
    title: 'There is nothing here.',
    meaning: 'No route has this method and path. `/openapi.json` lists those that there are.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large.',
    meaning: 'A body has at most 1 MiB, and an alert 64 KiB.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is of a kind that is not read here.',
    meaning: 'Bodies are `application/json`.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests.',
    meaning:
      'The limit of this address is used up for now. `Retry-After` says in how many seconds there is room again.',
  },
  defect: {
    status: 500,
    title: 'Something is broken here.',
    meaning: 'This is our mistake, not yours. The log tells more under the `traceId`.',
  },
  rejected: {
    status: 502,
    title: 'Somebody behind us said no.',
    meaning: 'What was asked for depends on another party, and that party refused.',
  },
  unavailable: {
    status: 503,
    title: 'The answer cannot be had right now.',
    meaning: 'What we answer from does not answer us. Try again after `Retry-After` seconds.',
  },
  'queue-full': {
    status: 503,
    title: 'Too many tasks wait already.',
    meaning:
      'As many tasks of this type wait as may; other types are not held up by it. The log says so. Ask again after `Retry-After` seconds, under another key: an `Idempotency-Key` names one request for ever, and its answer too.',
  },
  behind: {
    status: 503,
    title: 'The read side has not come that far.',
    meaning:
      'The position asked for by `atLeast` was not applied within 5 seconds. Try again, or ask without it for what is known now.',
  },
  conflict: {
    status: 409,
    title: 'Somebody was faster.',
    meaning: 'What the request was based on has changed. Read again, then decide again.',
  },
} as const satisfies Record<string, Kind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One thing that is wrong with a request; `pointer` is a JSON Pointer into it. */
export type ProblemError = { readonly pointer: string; readonly detail: string };

/** Where the page about all problems is, in the repository and on a running service alike. */
export const PROBLEMS_PAGE = '/docs/reference/problems.md';

/** Mistakes that are told in a sentence, at most. */
const TOLD_MAX = 10;

/** A reasoned no to a request. It is answered as RFC 9457 has it. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly more: {
      readonly errors?: readonly ProblemError[];
      readonly retryAfterS?: number;
      /** The name of the rule that said no, and the request that it said it to. */
      readonly refused?: string;
      readonly request?: string;
      /** Where the log says so. */
      readonly logPosition?: string;
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: more.cause });
  }

  /** A no for everything that is wrong; the sentence tells the first few, `errors` all of them. */
  static of(code: ProblemCode, errors: readonly ProblemError[]): Problem {
    const told = errors.slice(0, TOLD_MAX).map(({ pointer, detail }) => `${pointer} ${detail}`);
    const more = errors.length > TOLD_MAX ? `; and ${errors.length - TOLD_MAX} more` : '';
    return new Problem(code, `${told.join('; ')}${more}.`, { errors });
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /** The document that is sent: `application/problem+json`. */
  document({ instance, traceId }: { readonly instance: string; readonly traceId: string }) {
    const { status, title } = PROBLEMS[this.code];
    return {
      type: `${PROBLEMS_PAGE}#${this.code}`,
      title,
      status,
      detail: this.detail,
      instance,
      code: this.code,
      traceId,
      ...(this.more.refused !== undefined && { refused: this.more.refused }),
      ...(this.more.request !== undefined && { request: this.more.request }),
      ...(this.more.errors && { errors: this.more.errors }),
    };
  }
}

/** The page about all problems, in Markdown. */
export function problemsPage(): string {
  const chapters = Object.entries(PROBLEMS).map(
    ([code, { status, title, meaning }]) => `## ${code}\n\n**${status}** ${title}\n\n${meaning}\n`,
  );
  return `${INTRODUCTION}\n${chapters.join('\n')}`;
}

const INTRODUCTION = `# Problems

What the API answers when it cannot answer: \`application/problem+json\` as in RFC 9457. \`type\` leads to a chapter of
this page, \`code\` is its name for programs, \`detail\` is a sentence about this one request, \`traceId\` finds it in the
log, and \`errors\` says with JSON Pointers what is wrong where.

This page is printed from \`services/query/src/reading/problem.ts\`; a test compares the two.
`;
