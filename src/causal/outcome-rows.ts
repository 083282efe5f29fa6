/** Which rows of a trial a forest is fitted on, and whether its arms are large enough for one. */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { type Warning, warning } from '../base/warnings.js';
import { selectRows } from '../data/select.js';
import type { Trial } from '../data/trial.js';
import type { ResolvedForestOptions } from '../forest/forest-options.js';

/** The trial's rows for which the outcome is defined, and its values there. */
export function rowsOfOutcome<C extends string, O extends string>(trial: Trial<C, O>, name: O) {
  const declared = trial.outcomes[name];
  if (declared.kind === 'ratioOfTotals')
    throw new InvalidOptionError(
      'outcome',
      name,
      'an outcome with one value per row; a ratio of totals has none: fit one forest for its numerator, one for its denominator, and use ratioEffect',
    );
  if (!declared.rows) return { used: trial, rows: null, outcome: declared.values };
  const used = selectRows(trial, declared.rows);
  return { used, rows: declared.rows, outcome: Float64Array.from(declared.rows, (row) => declared.values[row]) };
}

/** Refuses a binary treatment with arms too small for any split, and warns of arms too small for most trees. */
export function requireArms(
  { treatment, rowCount }: Pick<Trial, 'treatment' | 'rowCount'>,
  settings: ResolvedForestOptions,
  names: { readonly one: string; readonly zero: string } = { one: 'treated', zero: 'control' },
): Warning[] {
  if (treatment.kind !== 'binary') return [];
  const treated = treatment.values.reduce((sum, w) => sum + w, 0);
  const smaller = Math.min(treated, rowCount - treated);
  return requireRowsOfArm(smaller, smaller === treated ? names.one : names.zero, treatment.name, settings);
}

/** The same for one arm of any number, which has so many rows. */
export function requireRowsOfArm(
  smaller: number,
  arm: string,
  column: string,
  settings: ResolvedForestOptions,
): Warning[] {
  const needed = 2 * settings.minNodeSize;
  if (smaller < needed)
    throw new InvalidDataError(
      'TOO_FEW_ROWS',
      `${smaller} ${arm} rows: a split keeps at least minNodeSize = ${settings.minNodeSize} of each arm on both sides, so each arm needs ${needed}; lower minNodeSize or give more rows`,
      { column },
    );
  const inTree = smaller * settings.sampleFraction * (settings.honesty ? settings.honestyFraction : 1);
  if (inTree >= needed) return [];
  return [
    warning(
      'SMALL_ARM',
      `only ${smaller} ${arm} rows: a tree grows on about ${inTree.toFixed(1)} of them and a split needs ${needed}, so most trees do not split and effects for single rows tell little more than the average; their intervals do not hold`,
    ),
  ];
}
