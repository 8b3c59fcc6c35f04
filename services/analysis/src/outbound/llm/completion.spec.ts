import fc from 'fast-check';
import { completionIn } from './completion.ts';

/** Anything at all in the places where something is looked for. */
const anything = fc.jsonValue({ maxDepth: 3 });
const nearly = fc
  .record(
    {
      choices: fc.oneof(
        anything,
        fc.array(
          fc.oneof(
            anything,
            fc.record({
              finish_reason: fc.oneof(anything, fc.constantFrom('stop', 'length', 'content_filter')),
              message: fc.oneof(anything, fc.record({ content: anything, refusal: anything }, { requiredKeys: [] })),
            }),
          ),
        ),
      ),
      usage: fc.oneof(anything, fc.record({ prompt_tokens: anything, completion_tokens: anything })),
      error: fc.oneof(anything, fc.record({ message: anything, code: anything })),
    },
    { requiredKeys: [] },
  )
  .map((body) => JSON.stringify(body));

describe('the body of an answer', () => {
  it('is words or a reason why there are none, whatever it is', () => {
    const seen = new Set<string>();
    const anyBody = fc.oneof({ weight: 3, arbitrary: nearly }, fc.json(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(anyBody, (text) => {
        const outcome = completionIn(text);
        seen.add('failure' in outcome ? outcome.failure.reason : 'words');
        if ('failure' in outcome) expect(outcome.failure.message).toMatch(/^[^\p{Cc}\p{Cs}]{1,300}$/u);
        else expect(outcome.content.trim()).not.toBe('');
        for (const count of Object.values(outcome.tokens ?? {})) expect(count).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 10_000 },
    );
    expect([...seen].sort()).toEqual(['answer-cut', 'bad-output', 'content-refused', 'unreachable', 'words']);
  });

  it('needs nothing but the words in their place', () => {
    expect(completionIn('{"choices":[{"message":{"content":"{}"}}]}')).toEqual({ content: '{}', tokens: null });
  });

  it.each([
    [429, 'rate-limited'],
    ['429', 'rate-limited'],
    ['rate_limit_exceeded', 'rate-limited'],
    [500, 'unreachable'],
    [null, 'unreachable'],
  ] as const)('with an error of the code %p is %s', (code, reason) => {
    const body = JSON.stringify({
      error: { message: 'no\nmore', code },
      usage: { prompt_tokens: 3, completion_tokens: 0 },
    });
    expect(completionIn(body)).toEqual({
      failure: { reason, message: 'an error came as an answer: no more' },
      tokens: { prompt: 3, completion: 0 },
    });
  });
});
