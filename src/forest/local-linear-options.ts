/** Options of local linear estimates: which covariates, how strong a penalty, and how it is chosen. */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { hint, rejectUnknownKeys, requireBoolean, requireNumber, requireOneOf } from '../base/options.js';
import { Culprits } from '../data/culprits.js';
import type { Covariate } from '../data/trial.js';
import type { PenaltyScale } from './local-regression.js';
import { CONTROL_NAMES, type WorkControl } from './work-control.js';

/** Options of the local linear predictions; defaults stand at each. */
export interface LocalLinearOptions<CovariateName extends string = string> extends WorkControl {
  /**
   * Covariates in which the estimate is linear around each point: numbers, booleans or dates, without missing values in
   * the training rows and in the points. Default: all that are no categories. A few that matter serve better than many.
   */
  readonly on?: readonly CovariateName[];
  /**
   * λ ≥ 0, in units of the covariates' spread around the point (λ = 1 halves the slope of a lone covariate). Default:
   * the value of `penalties` with the least out-of-bag loss; take it from a result to save the search the next time.
   */
  readonly penalty?: number;
  /** Values of λ to choose from. Default 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 100, 1000; the last all but switches it off. */
  readonly penalties?: readonly number[];
  /**
   * 'covariance': each covariate's slope is penalised in units of its own spread around the point, so units do not matter;
   * 'equal': all alike, in units of their mean spread. Default 'covariance'.
   */
  readonly penaltyScale?: PenaltyScale;
  /** Give variances too, where trees come in bags; takes up to twice as long. Default true. */
  readonly variance?: boolean;
}

/** What a correction did, part of every local linear result. */
export interface LocalLinearCorrection {
  /** Covariates of the correction. */
  readonly on: readonly string[];
  /** λ, given or chosen. */
  readonly penalty: number;
  readonly penaltyScale: PenaltyScale;
  /** Mean squared out-of-bag loss of each λ that was tried, in squared outcome units; null where λ was given. */
  readonly tuning: readonly { readonly penalty: number; readonly loss: number }[] | null;
}

export interface ResolvedLocalLinear {
  readonly on: readonly string[];
  /** Several where one is to be chosen. */
  readonly penalties: readonly number[];
  readonly given: boolean;
  readonly penaltyScale: PenaltyScale;
  readonly variance: boolean;
}

const PENALTIES = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 100, 1000] as const;

/** @param also names of further options */
export function resolveLocalLinear(
  options: LocalLinearOptions,
  covariates: readonly Covariate[],
  also: readonly string[],
): ResolvedLocalLinear {
  rejectUnknownKeys('options', options, [
    ...CONTROL_NAMES,
    'on',
    'penalty',
    'penalties',
    'penaltyScale',
    'variance',
    ...also,
  ]);
  const { penalty } = options;
  if (penalty !== undefined && options.penalties !== undefined)
    throw new InvalidOptionError('penalties', options.penalties, 'left out where penalty is given');
  return {
    on: Object.freeze(resolveOn(options.on, covariates)),
    penalties:
      penalty === undefined ? resolvePenalties(options.penalties) : [requireNumber('penalty', penalty, { min: 0 })],
    given: penalty !== undefined,
    penaltyScale: requireOneOf('penaltyScale', options.penaltyScale ?? 'covariance', ['covariance', 'equal']),
    variance: requireBoolean('variance', options.variance ?? true),
  };
}

function resolvePenalties(given: readonly number[] = PENALTIES): readonly number[] {
  if (!Array.isArray(given) || given.length === 0)
    throw new InvalidOptionError('penalties', given, 'a list of at least one number');
  return given.map((value, k) => requireNumber(`penalties[${k}]`, value, { min: 0 }));
}

function resolveOn(given: readonly string[] | undefined, covariates: readonly Covariate[]): string[] {
  const names = covariates.filter(({ kind }) => kind !== 'category').map(({ name }) => name);
  if (given === undefined && names.length > 0) return names;
  if (!Array.isArray(given) || given.length === 0)
    throw new InvalidOptionError('on', given, 'a list of covariates that are numbers, booleans or dates');
  return given.map((name: string, k) => {
    if (given.indexOf(name) < k) throw new InvalidOptionError('on', name, 'named once');
    if (names.includes(name)) return name;
    if (covariates.some((covariate) => covariate.name === name))
      throw new InvalidOptionError('on', name, 'a number, boolean or date: nothing is linear in a category');
    throw new InvalidOptionError('on', name, `one of the covariates ${names.join(', ')}${hint(name, names)}`);
  });
}

/**
 * The named columns row by row, n × |on|.
 * @param which whose rows they are, for the error
 * @throws InvalidDataError MISSING_VALUES
 */
export function linearRows(
  covariates: readonly Covariate[],
  on: readonly string[],
  rowCount: number,
  which: 'training rows' | 'points',
): Float64Array {
  const rows = new Float64Array(rowCount * on.length);
  on.forEach((name, k) => {
    const column = covariates.find((covariate) => covariate.name === name);
    const values = column && column.kind !== 'category' ? column.values : new Float64Array(0);
    const missing = new Culprits();
    for (let i = 0; i < rowCount; i++) {
      rows[i * on.length + k] = values[i];
      if (Number.isNaN(values[i])) missing.add(i, values[i]);
    }
    if (missing.count > 0)
      throw new InvalidDataError(
        'MISSING_VALUES',
        `covariate '${name}' is missing in ${missing.describe('row')} of the ${which}, and a linear correction needs its value; leave it out of \`on\`, or leave such rows out`,
        { column: name, rows: missing.rows },
      );
  });
  return rows;
}
