import type { OpenAPIObject } from '@nestjs/swagger';
import { PROBLEMS, type ProblemCode } from '../../reading/problem.ts';
import { PROBLEM } from '../http/endpoint.ts';

/** A no of ours, for a route that is not documented from what it checks. */
export const problem = (...codes: readonly ProblemCode[]) => ({
  description: `\`${codes.join('`, `')}\`: ${codes.map((code) => PROBLEMS[code].title).join(' ')}`,
  content: { 'application/problem+json': { schema: PROBLEM } },
});

/** The intake of alerts, for the OpenAPI document. */
export const tradingViewDocument: OpenAPIObject['paths'] = {
  '/hooks/tradingview/{token}': {
    post: {
      operationId: 'TradingView_take',
      tags: ['hooks'],
      summary: 'Takes an alert of TradingView, which is written down before it is answered.',
      description:
        'A JSON object with fields such as `ticker`, `interval`, `action`, `price` and `timenow`, or a sentence, of at ' +
        'most 64 KiB. What is not understood is kept as words. The same alert again within a minute is the same alert.',
      parameters: [
        {
          name: 'token',
          in: 'path',
          required: true,
          description: 'The token of a sender in the configuration file (`hooks.tradingview`).',
          schema: { type: 'string' },
        },
      ],
      requestBody: { content: { 'application/json': { schema: {} }, 'text/plain': { schema: { type: 'string' } } } },
      responses: {
        202: { description: 'Written down; it is brought to ingestion.' },
        404: problem('unknown-route'),
        413: problem('body-too-large'),
        429: problem('too-many-requests'),
        500: problem('defect'),
        503: problem('unavailable'),
      },
    },
  },
};
