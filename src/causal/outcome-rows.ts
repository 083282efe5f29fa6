/** Which rows of a trial a forest is fitted on, and whether its arms are large enough for one. */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { type Warning, warning } from '../base/warnings.js';
import { selectRows } from '../data/select.js';
import type { Outcome, Trial, TrialFrame } from '../data/trial.js';
import type { ResolvedForestOptions } from '../forest/forest-options.js';

/** The trial's rows for which the outcome is defined, and its values there. */
export function rowsOfOutcome<C extends string, O extends string>(trial: Trial<C, O>, name: O) {
  const { rows, values } = valuesOfOutcomes(trial, [name]);
  return { used: rows ? selectRows(trial, rows) : trial, rows, outcome: values[0] };
}

/** The rows for which all of the outcomes are defined (null: all rows), and their values there. */
export function valuesOfOutcomes<O extends string>(
  { outcomes, rowCount }: Pick<TrialFrame<string, O>, 'outcomes' | 'rowCount'>,
  names: readonly O[],
): { readonly rows: Int32Array | null; readonly values: readonly Float64Array[] } {
  const declared = names.map((name) => {
    const found: Outcome = outcomes[name];
    if (found.kind === 'ratioOfTotals')
      throw new InvalidOptionError(
        'outcome',
        name,
        'an outcome with one value per row; a ratio of totals has none: fit one forest for its numerator, one for its denominator, and use ratioEffect',
      );
    return found;
  });
  if (declared.every((found) => found.rows === null))
    return { rows: null, values: declared.map(({ values }) => values) };
  const times = new Uint32Array(rowCount);
  for (const { rows } of declared)
    for (let k = 0; k < (rows ? rows.length : rowCount); k++) times[rows ? rows[k] : k]++;
  const rows = Int32Array.from([...times.keys()].filter((row) => times[row] === declared.length));
  return { rows, values: declared.map(({ values }) => Float64Array.from(rows, (row) => values[row])) };
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
