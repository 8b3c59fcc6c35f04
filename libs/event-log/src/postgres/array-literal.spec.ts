import { arrayLiteral } from './array-literal.ts';

describe('an array of a column', () => {
  it('tells the text NULL from nothing, and keeps what would end an element', () => {
    expect(arrayLiteral(['a', null, 'NULL', '', '"', '\\', ',{}'], false)).toBe(
      String.raw`{"a",NULL,"NULL","","\"","\\",",{}"}`,
    );
  });

  it('keeps every number as it is', () => {
    expect(arrayLiteral([0, -0, 0.1, 1e300, 5e-324, true], false)).toBe('{0,-0,0.1,1e+300,5e-324,true}');
  });

  it('wraps documents whole, texts and null among them', () => {
    expect(arrayLiteral([{ a: '"' }, 'text', [1], null], true)).toBe(
      String.raw`{"{\"a\":\"\\\"\"}","\"text\"","[1]",NULL}`,
    );
  });

  it('spells bytes as PostgreSQL reads them', () => {
    expect(arrayLiteral([Buffer.from([0, 0x22, 0x5c, 0xff]), Buffer.alloc(0)])).toBe(String.raw`{"\\x00225cff","\\x"}`);
  });

  it('refuses what fits no column', () => {
    expect(() => arrayLiteral([undefined], false)).toThrow(TypeError);
    expect(() => arrayLiteral([{}], false)).toThrow(TypeError);
  });
});
