import { parseArgs } from 'node:util';
import { ContractViolation } from '@tocsin/domain-kit';
import { explain } from '@tocsin/service-kit';
import { NothingToLearn } from './nothing-to-learn.ts';
import { train, UsageFault, USAGE } from './train.ts';

/** Trains a model and says what it is worth; exits 2 when it was asked for wrongly, 1 when there is none. */
try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      symbol: { type: 'string' },
      timeframe: { type: 'string' },
      csv: { type: 'string' },
      out: { type: 'string', default: 'models' },
      number: { type: 'string', default: '1' },
      from: { type: 'string' },
      until: { type: 'string' },
      l2: { type: 'string', default: '1' },
      'every-market': { type: 'boolean', default: false },
    },
  });
  console.log(await train(positionals[0] ?? 'model', values, process.env.NATS_URL));
} catch (error) {
  if (error instanceof UsageFault || isParseFault(error)) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else if (error instanceof ContractViolation || error instanceof NothingToLearn) {
    console.error(explain(error));
    process.exitCode = 1;
  } else throw error;
}

function isParseFault(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
