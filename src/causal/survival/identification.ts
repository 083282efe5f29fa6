/** What censoring leaves to be known: effects up to a horizon need rows of all kinds that are followed so far. */
import { InvalidDataError } from '../../base/errors.js';
import { type Warning, warning } from '../../base/warnings.js';
import { censoredRows, type RestrictedTimes } from './restricted-times.js';
import { LEAST_FOLLOWED, type SurvivalScores } from './survival-scores.js';

/** Refuses rows whose outcome censoring hides for good, and warns of those that it nearly does. */
export function requireIdentified(scores: SurvivalScores, times: RestrictedTimes, horizon: number): Warning[] {
  const { outcome, outcomeHat, followed, followedUntil } = scores;
  const rowsWhere = (isSo: (row: number) => boolean) => Array.from(outcome.keys()).filter(isSo);
  const without = rowsWhere((row) => Number.isNaN(outcomeHat[row]) || Number.isNaN(followed[row]));
  if (without.length > 0)
    throw new InvalidDataError(
      'TOO_FEW_ROWS',
      `the survival forests leave ${without.length} rows without an out-of-bag estimate; give more trees or more rows`,
      { rows: without.slice(0, 5) },
    );
  const until = followedUntil.reduce((least, time) => Math.min(least, time), horizon);
  const instead =
    until > 0
      ? `use a horizon of at most ${until}, up to which every row has a probability of ${LEAST_FOLLOWED} or more of being followed`
      : 'leave out rows like these, which are censored from the beginning';
  const lost = rowsWhere((row) => Number.isNaN(outcome[row]));
  if (lost.length > 0)
    throw new InvalidDataError(
      'NOT_IDENTIFIED',
      `survival up to the horizon ${horizon} is not identified: rows like ${lost.length} of the rows are all censored before it (estimated probability 0 of being followed); ${instead}`,
      { rows: lost.slice(0, 5) },
    );
  const rare = rowsWhere((row) => followed[row] < LEAST_FOLLOWED).length;
  if (rare === 0 || censoredRows(times) === 0) return [];
  const least = followed.reduce((smallest, value) => Math.min(smallest, value), 1);
  return [
    warning(
      'RARELY_FOLLOWED',
      `${rare} of ${followed.length} rows have an estimated probability below ${LEAST_FOLLOWED} (smallest ${least.toPrecision(2)}) of being followed to the horizon ${horizon}; few rows speak for many there, and estimates are unstable: ${instead}`,
    ),
  ];
}
