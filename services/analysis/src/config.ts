import { defineEnv, type BaseConfig, type EnvOf } from '@tocsin/service-kit';

/** What this service reads from the environment, besides what every service reads. */
export const env = defineEnv({
  ML_WEIGHT_PERCENT: {
    type: 'int',
    min: 0,
    max: 100,
    default: 30,
    help: "The model's share of the composite score; the rules have the rest. Without a model they have all of it.",
  },
  ANALYSIS_MODELS: {
    type: 'path',
    optional: true,
    help: 'The folder whose models are in force, as npm run train writes them. Without it there are none, and the rules are the whole score.',
  },
  ANALYSIS_EVENTS: {
    type: 'file',
    optional: true,
    help: 'A JSON file with the moments around which nothing is traded, such as rate decisions. It is read at the start; without it there are none.',
  },
  ANALYSIS_ONNX: {
    type: 'file',
    optional: true,
    help: 'A file .onnx with a model of your own that works as an agent beside the rules. It needs onnxruntime-node, which is not in the install.',
  },
  WINDOWS_IN_MEMORY: {
    type: 'int',
    min: 1,
    max: 20_000,
    default: 2_000,
    help: 'How many pairs keep their bars in memory, about 100 KB each. Others are read from the table for every bar.',
  },
  TASK_QUEUE_MAX: {
    type: 'int',
    min: 1,
    max: 200,
    default: 100,
    help: 'How many tasks of one type may wait for an agent; the next one is refused. They stand in one row, which every change writes anew.',
  },
  ANALYST_URL: {
    type: 'url',
    schemes: ['http', 'https'],
    optional: true,
    help: 'The base of an OpenAI-compatible endpoint, such as https://api.openai.com/v1. With ANALYST_MODEL it switches the LLM analyst on.',
  },
  ANALYST_MODEL: {
    type: 'text',
    optional: true,
    pattern: /^[\x21-\x7e]{1,128}$/,
    help: 'The model that is asked first, as the endpoint spells it.',
  },
  ANALYST_FALLBACK_URL: {
    type: 'url',
    schemes: ['http', 'https'],
    optional: true,
    help: 'The endpoint of the fallback model; ANALYST_URL without it.',
  },
  ANALYST_FALLBACK_MODEL: {
    type: 'text',
    optional: true,
    pattern: /^[\x21-\x7e]{1,128}$/,
    help: 'The model that is asked when the first one gave no good answer. Its confidence counts for less. Nobody without it.',
  },
  ANALYST_KEY_FILE: {
    type: 'file',
    optional: true,
    help: "A file with the endpoint's key and nothing else; it is sent as a bearer token, and to the fallback only where that has no address of its own.",
  },
  ANALYST_FALLBACK_KEY_FILE: {
    type: 'file',
    optional: true,
    help: "A file with the key of the fallback's endpoint, where that is another one.",
  },
  ANALYST_TOKENS_MAX: {
    type: 'int',
    min: 3_000,
    max: 200_000,
    default: 6_000,
    help: 'The most tokens that a prompt may have, by an estimate that errs upwards. What has no room is left out, least important first.',
  },
  ANALYST_REQUESTS_PER_DAY: {
    type: 'int',
    min: 1,
    max: 1_000_000,
    default: 2_000,
    help: 'The most questions to one model on a day of UTC. Beyond that nobody is asked until the next day; a restart counts anew.',
  },
  ANALYST_TIMEOUT_MS: {
    type: 'int',
    min: 500,
    max: 120_000,
    default: 20_000,
    help: 'How long one model may take to answer, to the last byte. With a fallback a question may take twice as long.',
  },
});

export type AnalysisConfig = EnvOf<typeof env> & BaseConfig;
