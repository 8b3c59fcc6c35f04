/** A month, counted: months of the year 0 begin with 0, so the months between two are their difference. */
export type Month = number;

/** The month of a day or a moment, both as text that begins with the year. */
export const monthOf = (dayOrInstant: string): Month =>
  12 * Number(dayOrInstant.slice(0, 4)) + Number(dayOrInstant.slice(5, 7)) - 1;

/** The month as text: `2014-05`. */
export const monthText = (month: Month): string =>
  `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
