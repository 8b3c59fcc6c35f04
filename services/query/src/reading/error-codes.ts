import type { AttemptFailed, RunFailed, TaskFailed } from '@tocsin/contracts';

type Code = (RunFailed | TaskFailed | AttemptFailed)['data']['errorCode'];

/** Who answers with a code: an analysis, a task, an attempt to fetch bars; nobody where it is only reserved. */
type Sayer = 'analysis' | 'task' | 'attempt';

type Kind = { readonly saidOf: readonly Sayer[]; readonly meaning: string; readonly remedy: string };

/** The closed list of what `error_code` may be. `docs/reference/error-codes.md` is printed from here. */
export const ERROR_CODES = {
  INSUFFICIENT_HISTORY: {
    saidOf: ['analysis'],
    meaning: 'The pair has fewer closed bars than its rules need. It weighs nothing: a young feed is nobody’s failure.',
    remedy: 'Wait, or bring older bars; `error_message` says how many there are and how many are needed.',
  },
  ML_ERROR: {
    saidOf: ['analysis'],
    meaning: 'The model of the pair answered what is no number, or its explanation did not add up. The run failed.',
    remedy: 'Look at the model file that is named by `provenance.model_version`, and train or withdraw it.',
  },
  INTERNAL: {
    saidOf: ['analysis', 'task'],
    meaning: 'Something broke that should not, here or in an agent that could not say what.',
    remedy: '`error_message` tells what; the log of the service, or of the agent, tells more.',
  },
  AGENT_TIMEOUT: {
    saidOf: ['task'],
    meaning: 'The model behind an agent, or the agent itself, took too long at the last attempt.',
    remedy: 'Nothing, where it is rare. Else give the model more time, or less to read.',
  },
  AGENT_CRASH: {
    saidOf: ['task'],
    meaning: 'The agent fell silent with the task, stopped working at it, or said that it broke.',
    remedy: '`GET /api/agents` tells which agents are lost or get no tasks for a while.',
  },
  BAD_OUTPUT: {
    saidOf: ['task'],
    meaning: 'What the model answered is no result: no JSON, a signal that is none, a confidence outside 0 to 1.',
    remedy: 'Ask another model; `raw_content_digest` of the agent’s log finds the words.',
  },
  NETWORK_ERROR: {
    saidOf: ['task', 'attempt'],
    meaning: 'The connection to a model or a provider broke.',
    remedy: 'Look at the way there. It is tried again by itself.',
  },
  RATE_LIMITED: {
    saidOf: ['task', 'attempt'],
    meaning: 'A model or a provider has had too many requests, or its budget of the day is used up.',
    remedy: 'Ask less often, or raise the limit there.',
  },
  PROVIDER_ERROR: {
    saidOf: ['attempt'],
    meaning: 'The provider of bars answered that it cannot.',
    remedy: '`GET /api/feeds/{pair}` tells which source is asked, and since when another one is.',
  },
  BAD_DATA: {
    saidOf: ['attempt'],
    meaning: 'What the provider of bars answered cannot be read as bars.',
    remedy: 'Look at the answer that the log tells of; the provider may have changed its format.',
  },
  REFUSED: {
    saidOf: ['attempt'],
    meaning: 'The provider of bars will not answer us: a key that is not valid, a symbol that it does not know.',
    remedy: 'Mend the configuration. No further attempt at this bar follows.',
  },
  UNROUTABLE: {
    saidOf: [],
    meaning: 'Nobody can and may do a task. A task is not failed by that; it waits, and says `unroutable`.',
    remedy: 'Grant an agent what `needs` names, or start one.',
  },
  STALE_DATA: {
    saidOf: [],
    meaning: 'The data were too old to decide by. Today such a bar is passed over instead, with `skip_reason`.',
    remedy: '`GET /api/ingestion/status` tells how fresh the pair is.',
  },
  MODEL_NOT_LIVE: {
    saidOf: [],
    meaning: 'The model is not released for use. Today a pair without a released model is judged by its rules alone.',
    remedy: 'See how models are released.',
  },
  NO_TRADE: {
    saidOf: [],
    meaning: 'A red flag forbade a trade. That is no failure but a completed run with `final_decision: NO_TRADE`.',
    remedy: '`red_flags` names the flags.',
  },
} as const satisfies Readonly<Record<Code, Kind>>;

/** Where the page about all of them is, in the repository and on a running service alike. */
export const ERROR_CODES_PAGE = '/docs/reference/error-codes.md';

/** The page, in Markdown. */
export function errorCodesPage(): string {
  const chapters = Object.entries<Kind>(ERROR_CODES).map(
    ([code, { saidOf, meaning, remedy }]) => `## ${code}\n\n${wordsFor(saidOf)}\n\n${meaning}\n\n${remedy}\n`,
  );
  return `${INTRODUCTION}\n${chapters.join('\n')}`;
}

const WORDS: Readonly<Record<Sayer, string>> = {
  analysis: 'analyses',
  task: 'tasks',
  attempt: 'attempts to fetch bars',
};

const wordsFor = (saidOf: readonly Sayer[]): string =>
  saidOf.length === 0
    ? 'Reserved; nothing is answered with it.'
    : `Said of ${saidOf.map((of) => WORDS[of]).join(', ')}.`;

const INTRODUCTION = `# Error codes

What \`error_code\` of an analysis or a task may be, and \`errorCode\` of a failed attempt in the log. The list is closed: a code
that is not here is never said. What the API answers when it cannot answer at all is told in [problems](problems.md).

This page is printed from \`services/query/src/reading/error-codes.ts\`; a test compares the two.
`;
