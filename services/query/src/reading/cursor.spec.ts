import fc from 'fast-check';
import { cursorOf, placeOf } from './cursor.ts';

describe('a cursor', () => {
  it('leads back to the place that it was made of', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 4 }), (place) => {
        expect(placeOf('bars', cursorOf('bars', place), place.length)).toEqual(place);
      }),
    );
  });

  it('is worth nothing for another list, at another length, or when made up', () => {
    const cursor = cursorOf('bars', ['a', 'b']);
    expect(placeOf('escalations', cursor, 2)).toBeNull();
    expect(placeOf('bars', cursor, 1)).toBeNull();
    expect(placeOf('bars', Buffer.from('["bars",1,{}]').toString('base64url'), 2)).toBeNull();
    fc.assert(
      fc.property(fc.base64String(), (text) => {
        expect(placeOf('bars', text, 2)).toBeNull();
      }),
    );
  });
});
