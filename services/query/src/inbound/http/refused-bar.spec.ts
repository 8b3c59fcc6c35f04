import { errorsOfRefusedBar } from './refused-bar.ts';

describe('the reason why a bar was refused', () => {
  it.each([
    ['/bars/3/high: high 1 is below 2', '/body/bars/3/high', 'high 1 is below 2'],
    ['/bars/499/openAt: the bar came after a newer one', '/body/bars/499/open_at', 'the bar came after a newer one'],
  ])('%j is about %s', (because, pointer, detail) => {
    expect(errorsOfRefusedBar(because)).toEqual([{ pointer, detail }]);
  });

  it('is left as it is where it names no place', () => {
    expect(errorsOfRefusedBar('There is no such feed.')).toEqual([]);
  });
});
