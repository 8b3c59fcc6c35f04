import fc from 'fast-check';
import { at, Numeral, readJson, textOf, writeJson, type Json } from './json.ts';

/** As JavaScript would have it, which loses the digits. */
function lossy(json: Json | undefined): unknown {
  return json === undefined ? undefined : JSON.parse(writeJson(json));
}

describe('JSON that is read without losing digits', () => {
  it('keeps numbers in the spelling of whoever wrote them, and tells them from strings', () => {
    expect(readJson('{"a":[1.10,"1.10",-0,12345678901234567890.5e-3,true,null],"b\\"1":{}}')).toEqual({
      a: [new Numeral('1.10'), '1.10', new Numeral('-0'), new Numeral('12345678901234567890.5e-3'), true, null],
      'b"1': {},
    });
  });

  it('says what the engine says, for any JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(lossy(readJson(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('writes back what it read, but for blanks', () => {
    const text = '{"n":[1.10,1E5,"a\\u0000\\"b",{"__proto__":[]},[]],"":null}';
    expect(writeJson(readJson(text) ?? '')).toBe(text);
  });

  it.each(['', '01', '{1:2}', '[1 2]', '"a', '{"a":}', 'NaN', '<html>', '['.repeat(200_000)])(
    'does not take %# for JSON',
    (text) => {
      expect(readJson(text)).toBeUndefined();
    },
  );

  it('survives brackets within brackets', () => {
    const depth = 100_000;
    const text = '['.repeat(depth) + ']'.repeat(depth);
    expect(() => readJson(text)).not.toThrow();
  });

  it('reads a million digits in a string, and as many in a number', () => {
    const digits = '7'.repeat(1_000_000);
    expect(readJson(`["${digits}",${digits}]`)).toEqual([digits, new Numeral(digits)]);
  });

  it('looks a name up among its own only', () => {
    const json = readJson('{"a":1,"__proto__":2}');
    expect([
      at(json, 'a'),
      at(json, '__proto__'),
      at(json, 'toString'),
      at('text', 'length'),
      at([], 'length'),
    ]).toEqual([new Numeral('1'), new Numeral('2'), undefined, undefined, undefined]);
  });
});

describe('the text of a cell', () => {
  it.each([
    ['1.10', '1.10'],
    ['7.19e-06', '0.00000719'],
    ['-7.19E-1', '-0.719'],
    ['1.25e2', '125'],
    ['1.25e1', '12.5'],
    ['1e+3', '1000'],
    ['0e5', '0'],
    ['0.5e1', '5'],
    ['12.5e-1', '1.25'],
    ['1e400', '1e400'], // No price: it stays, and is put aside.
  ])('of the number %s is %s', (numeral, text) => {
    expect(textOf(new Numeral(numeral))).toBe(text);
  });

  it('has the value of the number, whatever its exponent', () => {
    const numeral = fc
      .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.nat(10 ** 6), fc.integer({ min: -99, max: 99 }))
      .map(([whole, fraction, exponent]) => `${whole}.${fraction}e${exponent}`);
    fc.assert(
      fc.property(numeral, (text) => {
        const plain = textOf(new Numeral(text));
        expect(plain).toMatch(/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/);
        expect(Number(plain)).toBe(Number(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is empty where there is nothing, and as written where there is something else', () => {
    expect([undefined, null, true, [new Numeral('1')], { a: 'b' }, ' 1'].map(textOf)).toEqual([
      '',
      '',
      'true',
      '[1]',
      '{"a":"b"}',
      ' 1',
    ]);
  });
});
