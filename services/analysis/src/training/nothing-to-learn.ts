/** Bars are too few, or all alike: no model is the likeliest. */
export class NothingToLearn extends Error {
  override readonly name = 'NothingToLearn';
}
