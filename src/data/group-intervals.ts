/** Intervals of a number or date, closed on the left: x < c₁, c₁ ≤ x < c₂, …, cₖ ≤ x. */
import { InvalidOptionError } from '../base/errors.js';
import { daysOfCell, isoOfDays } from './cells.js';

/** A border of an interval: a number, or for date covariates a Date or ISO text. */
export type Cut = number | Date | string;

/** Borders as finite, ascending numbers (days for dates). */
export function requireCuts(cuts: unknown, areDates: boolean): number[] {
  if (!Array.isArray(cuts) || cuts.length === 0) throw new InvalidOptionError('by.cuts', cuts, 'at least one border');
  const borders = cuts.map((cut: unknown) => (areDates ? daysOfCell(cut) : cut));
  borders.forEach((border, k) => {
    if (typeof border !== 'number' || !Number.isFinite(border))
      throw new InvalidOptionError(`by.cuts[${k}]`, cuts[k], areDates ? 'a Date or ISO date' : 'a finite number');
    if (k > 0 && border <= (borders[k - 1] as number))
      throw new InvalidOptionError(`by.cuts[${k}]`, cuts[k], 'greater than the border before it');
  });
  return borders as number[];
}

/** `under 30`, `30 to under 45`, `45 and over`; for dates `before …`, `… to before …`, `from …`. */
export function intervalLabels(borders: readonly number[], areDates: boolean): string[] {
  const words = borders.map((border) => (areDates ? isoOfDays(border) : String(border)));
  const below = areDates ? 'before' : 'under';
  return [
    `${below} ${words[0]}`,
    ...words.slice(1).map((word, k) => `${words[k]} to ${below} ${word}`),
    areDates ? `from ${words.at(-1)}` : `${words.at(-1)} and over`,
  ];
}
