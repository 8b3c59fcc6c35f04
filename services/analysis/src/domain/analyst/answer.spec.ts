import { TEXT_CHARS_MAX } from '@tocsin/domain-kit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { accepted } from '../../../test/analyst-input.ts';
import { ANSWER_SCHEMA, opinionIn } from './answer.ts';

const good = {
  signal: 'SELL',
  confidence: 0.72,
  riskScore: 0.4,
  reasoning: 'A breakout on rising volume.',
  wyckoffPhase: 'markdown',
};
const said = (difference: object = {}): string => JSON.stringify({ ...good, ...difference });
const without = (field: keyof typeof good): string => JSON.stringify({ ...good, [field]: undefined });
const refusedField = (content: string): string => {
  const outcome = opinionIn(content);
  return 'refused' in outcome ? outcome.refused : 'accepted';
};

describe('an answer of a model', () => {
  it('is an opinion when it is as it was asked for', () => {
    expect(opinionIn(said())).toEqual(good);
    expect(opinionIn(said({ wyckoffPhase: null }))).toEqual({ ...good, wyckoffPhase: null });
    expect(opinionIn(without('wyckoffPhase'))).toEqual({ ...good, wyckoffPhase: null });
    expect(opinionIn(` \n${said({ confidence: 1, riskScore: 0 })}\n`)).toMatchObject({ confidence: 1, riskScore: 0 });
    expect(
      Object.is(accepted(opinionIn('{"signal":"BUY","confidence":-0,"riskScore":0,"reasoning":"x"}')).confidence, 0),
    ).toBe(true);
  });

  it.each([
    ['confidence', said({ confidence: -5 })],
    ['confidence', said({ confidence: -Number.MIN_VALUE })],
    ['confidence', said({ confidence: 1 + Number.EPSILON })],
    ['confidence', said({ confidence: 72 })],
    ['confidence', said({ confidence: '0.72' })],
    ['confidence', said({ confidence: null })],
    ['confidence', said({ confidence: [0.7] })],
    ['confidence', said().replace('0.72', '1e999')],
    ['confidence', without('confidence')],
    ['riskScore', said({ riskScore: 1.5 })],
    ['riskScore', said({ riskScore: true })],
    ['riskScore', without('riskScore')],
    ['signal', said({ signal: 'buy' })],
    ['signal', said({ signal: 'BUY ' })],
    ['signal', said({ signal: 'STRONG_BUY' })],
    ['signal', said({ signal: 'NO_TRADE' })],
    ['signal', said({ signal: null })],
    ['signal', without('signal')],
    ['reasoning', said({ reasoning: '' })],
    ['reasoning', said({ reasoning: ' \n\t' })],
    ['reasoning', said({ reasoning: 7 })],
    ['reasoning', without('reasoning')],
    ['wyckoffPhase', said({ wyckoffPhase: 'Markdown' })],
    ['wyckoffPhase', said({ wyckoffPhase: 'toString' })],
    ['wyckoffPhase', said({ wyckoffPhase: 3 })],
    ['content', ''],
    ['content', 'I would rather not say.'],
    ['content', 'null'],
    ['content', '[]'],
    ['content', `[${said()}]`],
    ['content', '"BUY"'],
    ['content', said().slice(0, -1)],
    ['content', said().slice(0, 30)],
    ['content', said().replace('0.72', 'NaN')],
    ['content', said().replace('0.72', '.72')],
    ['content', `Here it is: ${said()}`],
    ['content', `${said()} I hope this helps.`],
    ['content', `${said()}\n${said({ signal: 'BUY' })}`],
    ['content', `The news quote ${said({ signal: 'BUY' })}, but I say:\n\`\`\`json\n${said()}\n\`\`\``],
    ['content', said({ order: 'sell everything' })],
    ['content', `{"__proto__":{"signal":"BUY"},${said().slice(1)}`],
    ['content', `<think>${said()}`],
  ])('with a bad %s is refused: %s', (field, content) => {
    expect(refusedField(content)).toBe(field);
  });

  it('may have thoughts before it, or a fence of Markdown around it', () => {
    for (const wrapped of [
      `\`\`\`json\n${said()}\n\`\`\``,
      `\`\`\`\n${said()}\n\`\`\`\n`,
      `<think>\nPerhaps {"signal":"BUY"}?\n</think>\n\n${said()}`,
      `<think></think>\`\`\`json\n${said()}\n\`\`\``,
    ]) {
      expect(opinionIn(wrapped)).toEqual(good);
    }
  });

  it('cannot pose as a refusal of ours', () => {
    expect(opinionIn('{"refused":"signal","because":"I say so"}')).toMatchObject({ refused: 'content' });
  });

  it('has its reasoning made plain, and cut where it is endless', () => {
    expect(opinionIn(said({ reasoning: 'One.\nTwo.\u0000' }))).toMatchObject({ reasoning: 'One. Two.\ufffd' });
    const { reasoning } = accepted(opinionIn(said({ reasoning: 'a'.repeat(5_000) })));
    expect([reasoning.length, reasoning.at(-1)]).toEqual([1_000, '…']);
  });

  it('that is refused is quoted in few words, on one line', () => {
    const outcome = opinionIn(`${'\n'.repeat(3)}${'no \u0007 '.repeat(10_000)}`);
    expect(outcome).toHaveProperty('refused', 'content');
    expect(outcome).toHaveProperty('because', expect.stringMatching(/^It is no JSON object .{1,120}$/));
  });

  it('made to be slow to read is not', () => {
    for (const content of [
      '```' + '\n'.repeat(60_000),
      '<think>'.repeat(9_000),
      '```json ' + ' \n'.repeat(30_000) + '``',
    ]) {
      const startedAt = performance.now();
      expect(refusedField(content)).toBe('content');
      expect(performance.now() - startedAt).toBeLessThan(250);
    }
  });
});

/** Everything that JSON can be, and everything that is nearly an answer. */
const anyField = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('BUY', 'SELL', 'HOLD', 'buy', 'markup', null, 0, 1, 0.5, -5, 1.0000001, 'NaN', ''),
  fc.double({ min: -1, max: 2, noNaN: true }),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const nearly = fc
  .record(
    {
      signal: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('BUY', 'SELL', 'HOLD') }, anyField),
      confidence: fc.oneof({ weight: 3, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }, anyField),
      riskScore: fc.oneof({ weight: 3, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }, anyField),
      reasoning: fc.oneof(
        { weight: 3, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }) },
        anyField,
      ),
      wyckoffPhase: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('markup', 'unknown', null) }, anyField),
    },
    { requiredKeys: ['signal', 'confidence', 'riskScore', 'reasoning'] },
  )
  .map((answer) => JSON.stringify(answer));
const anyContent = fc.oneof(
  { weight: 4, arbitrary: nearly },
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.tuple(nearly, fc.nat({ max: 120 })).map(([text, at]) => text.slice(0, at)),
  fc
    .tuple(nearly, fc.string({ maxLength: 3 }), fc.nat({ max: 120 }))
    .map(([text, noise, at]) => text.slice(0, at) + noise + text.slice(at)),
);

describe('twenty thousand answers', () => {
  const isAsAsked = new Ajv2020({ strict: true }).compile(ANSWER_SCHEMA);
  const isShare = (value: number) => value >= 0 && value <= 1;

  it('are each an opinion within all bounds or a refusal, and never an error', () => {
    const counts = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(anyContent, (content) => {
        const outcome = opinionIn(content);
        if ('refused' in outcome) {
          counts.refused += 1;
          expect(outcome.because).toMatch(/^[^\p{Cc}\p{Cs}]{1,300}$/u);
          return;
        }
        counts.accepted += 1;
        expect(isAsAsked(outcome)).toBe(true);
        expect(isShare(outcome.confidence) && isShare(outcome.riskScore)).toBe(true);
        expect(outcome.reasoning.length).toBeLessThanOrEqual(TEXT_CHARS_MAX);
        expect(outcome.reasoning).toMatch(/^[^\p{Cc}\p{Cs}]+$/u);
      }),
      { numRuns: 20_000 },
    );
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(2_000); // Both happen, or the dice are loaded.
  });

  it('are accepted exactly when they keep to the schema and its bounds', () => {
    fc.assert(
      fc.property(nearly, (content) => {
        const answer = JSON.parse(content) as Record<string, unknown>;
        const full = { wyckoffPhase: null, ...answer };
        const keepsTo =
          isAsAsked(full) &&
          isShare(Number(answer.confidence)) &&
          isShare(Number(answer.riskScore)) &&
          String(answer.reasoning).trim() !== '';
        expect(refusedField(content) === 'accepted').toBe(keepsTo);
      }),
      { numRuns: 5_000 },
    );
  });
});
