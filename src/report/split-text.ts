/** A split of a causal tree in words, in the user's own names and units: what holds on the left and on the right. */
import type { CovariateDescription, Split } from '../causal/tree/types.js';
import { isoOfDays } from '../data/cells.js';
import { type Words, wordsOf } from './words.js';

/**
 * Dates read as ISO dates, booleans as yes and no; 'or missing' stands where growing rows were missing and the criterion
 * chose their side.
 * @param maxLevels category levels written out before "and k more"
 */
export function describeSplit(
  split: Split,
  covariate: CovariateDescription,
  maxLevels: number,
  words: Words = wordsOf(),
): [left: string, right: string] {
  const { name } = covariate;
  if (split.kind === 'missing') return [`${name} ${words.isMissing}`, `${name} ${words.isPresent}`];
  const orMissing = (side: 'left' | 'right') =>
    split.missingSeen && split.missing === side ? ` ${words.orMissing}` : '';
  if (split.kind === 'levels') {
    const list = (codes: readonly number[]) => listLevels(codes, covariate.levels ?? [], maxLevels, words);
    return [
      `${name} ${words.is} ${list(split.levelsLeft)}${orMissing('left')}`,
      `${name} ${words.is} ${list(split.levelsRight)}${orMissing('right')}`,
    ];
  }
  if (covariate.kind === 'boolean')
    return [
      `${name} ${words.is} ${words.no}${orMissing('left')}`,
      `${name} ${words.is} ${words.yes}${orMissing('right')}`,
    ];
  const threshold = covariate.kind === 'date' ? isoOfDays(split.threshold) : shortest(split.threshold);
  return [`${name} ≤ ${threshold}${orMissing('left')}`, `${name} > ${threshold}${orMissing('right')}`];
}

function listLevels(codes: readonly number[], levels: readonly string[], maxLevels: number, words: Words): string {
  const names = codes.slice(0, maxLevels).map((code) => levels[code] ?? '');
  const more = codes.length - names.length;
  return names.join(words.comma) + (more > 0 ? ` ${words.andMore(more)}` : '');
}

/** A number as the user would write it: all its digits, no trailing noise of a percent computed in binary. */
export const shortest = (value: number): string => String(Number(value.toPrecision(15)));
