/**
 * The forests of a study. A propensity is fitted once for each set of rows and shared by all outcomes and windows that have
 * these rows; a column that serves several outcomes (numerator here, denominator there) has one forest for all.
 * Every forest is what `fitCausalForest` gives for the same rows and options, to the bit.
 */
import { InvalidDataError } from '../base/errors.js';
import { type Warning, warning } from '../base/warnings.js';
import { fitCausalForest } from '../causal/causal-forest.js';
import type { FittedEffects } from '../causal/types.js';
import { freezeFrame, makeTrial } from '../data/freeze-trial.js';
import { selectRows } from '../data/select.js';
import type { Outcome, RowOutcome, Trial, TrialFrame } from '../data/trial.js';
import { sameNumbers } from '../effects/ratio-of-totals.js';
import { type ForestOptions, resolveForestOptions } from '../forest/forest-options.js';
import type { Work } from '../forest/work-control.js';
import { forestNuisance } from '../nuisance/forest-nuisance.js';
import { rankColumns } from '../tree/ranked-columns.js';
import { type CellRows, hardlyVaries, notReceived, tooLittle } from './holes.js';
import type { Design, OpenStudy } from './open-study.js';
import type { OutcomeCell } from './outcome-cells.js';

/** One outcome in one window and design, fitted: a forest, or two for a ratio of totals. */
export interface Fit {
  readonly forest: FittedEffects;
  /** The denominator's, of a ratio of totals; `forest` is the numerator's then. */
  readonly below: FittedEffects | null;
  /** Rows of the table that the forests were fitted on, ascending. */
  readonly rows: Int32Array;
  readonly outcome: Outcome;
  readonly warnings: readonly Warning[];
}

/** Rows without a fit, and why. */
export interface Hole {
  readonly rows: Int32Array;
  readonly reason: Warning;
  readonly warnings: readonly Warning[];
}

/** A cell before its forests are fitted: a hole already, or work. */
export type Prepared = Hole | Job;

export interface Job {
  /** Forests that this job adds to those of jobs prepared before it. */
  readonly forests: number;
  /** @throws whatever the signal was aborted with */
  readonly run: () => Promise<Fit | Hole>;
}

export interface Fitter {
  /** @param name how messages call the outcome in its window */
  prepare(name: string, design: Design, cell: OutcomeCell): Prepared;
  /** Propensities of a design's rows, in their order; null where there are too few rows. */
  propensity(design: Design): Promise<Float64Array | null>;
}

/** How forests are stopped, and on how many threads they grow. */
type Control = Pick<Work, 'signal' | 'workers'>;

/** What a fitter says while it works. */
export interface Heard {
  /** A causal forest has been fitted. */
  readonly forest: () => void;
  /** Something that concerns the study as a whole, possibly again and again. */
  readonly warning: (one: Warning) => void;
}

export function makeFitter({ frame }: OpenStudy, options: ForestOptions, work: Control, heard: Heard): Fitter {
  const known = new Map<Design, RowSet[]>();
  const uses = new Map<string, number>();
  const forests = new Map<string, Promise<FittedEffects>>();

  /** The rows of a design that have the outcome; equal rows are the same object. */
  function rowSet(design: Design, rows: Int32Array | null): RowSet {
    const sets = known.get(design) ?? [];
    known.set(design, sets);
    const chosen = rows ? intersect(design.rows, rows) : design.rows;
    const found = sets.find((set) => set.rows === chosen || sameNumbers(set.rows, chosen));
    if (found) return found;
    const set: RowSet = { rows: chosen, key: `${design.name}/${sets.length}`, trial: null, propensity: null };
    sets.push(set);
    return set;
  }

  /** The trial of a design's rows, without outcomes, with the propensity that all its forests share. */
  function trialOf(design: Design, set: RowSet): Trial {
    set.trial ??= selectRows(
      makeTrial(freezeFrame({ ...frame, outcomes: [] }), {
        treatment: Object.freeze({ kind: 'binary', name: design.column, values: design.treatment }),
        propensity: design.propensity,
      }),
      set.rows,
    );
    return set.trial;
  }

  function propensityOf(design: Design, set: RowSet): Promise<Float64Array> {
    const trial = trialOf(design, set);
    set.propensity ??= trial.propensity ? Promise.resolve(trial.propensity) : estimatePropensity(trial, options, work);
    return set.propensity;
  }

  async function forestOf(design: Design, set: RowSet, name: string, values: Float64Array): Promise<FittedEffects> {
    const trial = trialOf(design, set);
    const outcome: RowOutcome = Object.freeze({ kind: 'column', name, values: pick(values, set.rows), rows: null });
    const propensity = await propensityOf(design, set);
    // As a known propensity: shared estimates may be 0 or 1, which the averages report and `treatmentHat` would refuse.
    const complete: Trial = Object.freeze({ ...trial, outcomes: Object.freeze({ [name]: outcome }), propensity });
    const {
      forest: _,
      refined: __,
      ...fitted
    } = await fitCausalForest(complete, { ...options, ...work, outcome: name });
    heard.forest();
    fitted.warnings.filter(aboutThreads).forEach(heard.warning);
    return { ...fitted, warnings: fitted.warnings.filter((one) => !aboutThreads(one)) };
  }

  function shared(key: string, start: () => Promise<FittedEffects>): Promise<FittedEffects> {
    const left = (uses.get(key) ?? 1) - 1;
    uses.set(key, left);
    const fitted = forests.get(key) ?? start();
    if (left > 0) forests.set(key, fitted);
    else forests.delete(key);
    return fitted;
  }

  /** One key for each forest that a cell needs: its rows, and the column or columns that its values are made of. */
  const keysOf = (set: RowSet, { parts, outcome }: OutcomeCell): string[] => {
    const key = (columns: readonly string[]): string => JSON.stringify([set.key, columns]);
    return outcome?.kind === 'meanOfRatios' ? [key(parts)] : parts.map((part) => key([part]));
  };

  async function run(name: string, design: Design, set: RowSet, cell: OutcomeCell, keys: readonly string[]) {
    const { warnings } = cell;
    const { rows } = set;
    const outcome = cell.outcome as Outcome;
    const forest = (part: number, values: Float64Array, label: string) =>
      shared(keys[part], () => forestOf(design, set, label, values));
    try {
      if (outcome.kind !== 'ratioOfTotals') {
        const only = await forest(0, outcome.values, name);
        return { forest: only, below: null, rows, outcome, warnings: [...warnings, ...only.warnings] };
      }
      const above = await forest(0, outcome.numerator, cell.parts[0]);
      const below = await forest(1, outcome.denominator, cell.parts[1]);
      return { forest: above, below, rows, outcome, warnings: [...warnings, ...above.warnings, ...below.warnings] };
    } catch (error) {
      if (!(error instanceof InvalidDataError)) throw error;
      return { rows, reason: warning(error.code, `Design '${design.name}': ${error.message}`), warnings };
    }
  }

  return {
    prepare(name, design, cell) {
      const { outcome, warnings } = cell;
      if (!outcome) return { rows: NO_ROWS, reason: cell.hole as Warning, warnings };
      const set = rowSet(design, cell.rows);
      const where = `design '${design.name}'`;
      const reason =
        received(design) ??
        tooLittle(rowsIn(frame, design, set.rows, where), design.name) ??
        hardlyVaries(name, outcome, weighted(frame, set.rows), where);
      if (reason) return { rows: set.rows, reason, warnings };
      const keys = keysOf(set, cell);
      const added = keys.filter((key) => !uses.has(key)).length;
      for (const key of keys) uses.set(key, (uses.get(key) ?? 0) + 1);
      return { forests: added, run: () => run(name, design, set, cell, keys) };
    },
    async propensity(design) {
      const set = rowSet(design, null);
      if (tooLittle(rowsIn(frame, design, set.rows, ''), design.name)) return null;
      try {
        return await propensityOf(design, set);
      } catch (error) {
        if (!(error instanceof InvalidDataError)) throw error;
        return null;
      }
    },
  };
}

interface RowSet {
  readonly rows: Int32Array;
  readonly key: string;
  trial: Trial | null;
  propensity: Promise<Float64Array> | null;
}

const NO_ROWS = new Int32Array();

/** The same for every forest, and no matter of any one's result. */
const aboutThreads = ({ code }: Warning): boolean => code === 'WORKERS_UNAVAILABLE';

const received = ({ name, column, treatment }: Design): Warning | null =>
  treatment.includes(1) ? null : notReceived(name, column);

/** Rows of positive weight. */
export const weighted = ({ weights }: TrialFrame, rows: Int32Array): Int32Array =>
  weights ? rows.filter((row) => weights[row] > 0) : rows;

/** How many rows of positive weight there are in each arm. */
export function rowsIn(frame: TrialFrame, { treatment }: Design, rows: Int32Array, where: string): CellRows {
  const used = weighted(frame, rows);
  return { where, rows: used.length, treated: used.reduce((sum, row) => sum + treatment[row], 0) };
}

/** As `fitCausalForest` estimates it by itself: same options, same random streams. */
function estimatePropensity(trial: Trial, options: ForestOptions, work: Control): Promise<Float64Array> {
  const settings = resolveForestOptions(options, { ...trial, covariateCount: trial.covariates.length });
  return forestNuisance(
    {
      columns: rankColumns(trial.covariates, trial.rowCount),
      target: trial.treatment.values,
      weight: trial.weights,
      settings,
      frame: trial,
      purpose: 'treatment forest',
    },
    work,
  );
}

const pick = (values: Float64Array, rows: Int32Array): Float64Array => Float64Array.from(rows, (row) => values[row]);

/** Numbers in both of two ascending lists. */
function intersect(a: Int32Array, b: Int32Array): Int32Array {
  let k = 0;
  return a.filter((row) => {
    while (k < b.length && b[k] < row) k++;
    return b[k] === row;
  });
}
