/**
 * The honest split and the folds. Both draw units (clusters, or rows) and never split one, so that what was grown on
 * one part says nothing about the noise of the other. Units are dealt separately among the mostly treated and the
 * mostly untreated, which keeps the arms' shares alike in every part; given the treatment, the draw is uniform.
 */
import { type RandomStream, streamFor } from '../../math/random.js';
import type { TreeSample } from './sample.js';

export interface HonestSplit {
  /** Rows that grow the tree, ascending. */
  readonly growing: Int32Array;
  /** Rows that estimate its effects, ascending; the same rows without honesty. */
  readonly estimation: Int32Array;
}

/** Sets round(fraction · units) of each stratum of units aside for estimation; fraction 0 is "not honest". */
export function splitHonestly(sample: TreeSample, estimationFraction: number, seed: number): HonestSplit {
  if (estimationFraction === 0) return { growing: sample.rows, estimation: sample.rows };
  const estimates = new Set<number>();
  for (const stratum of shuffledStrata(sample, sample.rows, streamFor(seed, 'causalTree', 'honesty')))
    for (const unit of stratum.slice(0, Math.round(estimationFraction * stratum.length))) estimates.add(unit);
  return {
    growing: sample.rows.filter((row) => !estimates.has(sample.unit[row])),
    estimation: sample.rows.filter((row) => estimates.has(sample.unit[row])),
  };
}

/** Deals the rows' units into folds of nearly equal numbers of units; returns the rows of each fold, ascending. */
export function dealFolds(sample: TreeSample, rows: Int32Array, folds: number, seed: number): Int32Array[] {
  const foldOf = new Map<number, number>();
  for (const stratum of shuffledStrata(sample, rows, streamFor(seed, 'causalTree', 'folds')))
    for (const unit of stratum) foldOf.set(unit, foldOf.size % folds);
  return Array.from({ length: folds }, (_, fold) => rows.filter((row) => foldOf.get(sample.unit[row]) === fold));
}

/** 0 or 1 for every row of the trial, the same within a unit. */
export function drawHalves(sample: TreeSample, seed: number): Uint8Array {
  const random = streamFor(seed, 'causalTree', 'levels');
  const ofUnit = new Map<number, number>();
  return Uint8Array.from(sample.unit, (unit) => {
    const half = ofUnit.get(unit) ?? random.below(2);
    ofUnit.set(unit, half);
    return half;
  });
}

/** Number of different units among the rows. */
export const countUnits = (sample: TreeSample, rows: Int32Array): number =>
  new Set(rows.map((row) => sample.unit[row])).size;

/**
 * Units with more treated than untreated rows, with fewer, and with as many, each shuffled. The stratum of the first
 * unit comes first, so that naming the arms the other way round draws the same parts.
 */
function shuffledStrata(sample: TreeSample, rows: Int32Array, random: RandomStream): number[][] {
  const balance = new Map<number, number>();
  for (const row of rows)
    balance.set(sample.unit[row], (balance.get(sample.unit[row]) ?? 0) + (sample.treated[row] === 1 ? 1 : -1));
  const strata = new Map<number, number[]>();
  for (const [unit, difference] of [...balance].sort(([a], [b]) => a - b)) {
    const sign = Math.sign(difference);
    const stratum = strata.get(sign);
    if (stratum === undefined) strata.set(sign, [unit]);
    else stratum.push(unit);
  }
  return [...strata.values()].map((stratum) => shuffle(stratum, random));
}

/** Fisher and Yates's shuffle, in place. */
function shuffle(values: number[], random: RandomStream): number[] {
  for (let last = values.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const kept = values[last] as number;
    values[last] = values[other] as number;
    values[other] = kept;
  }
  return values;
}
