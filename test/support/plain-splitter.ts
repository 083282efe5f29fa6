/**
 * The slow, plain reference for splits: every quantity of a node from its rows alone, in two passes, and every split
 * there is, one after another. Formulas: Athey, Tibshirani & Wager 2019, §2.3 (pseudo-outcomes); missing values as in
 * Twala, Jones & Hand 2008; categories by every two-way grouping of their levels, missing being one level more.
 *   mean:      ρ = Y − Ȳ;  treatment: ρ = W − W̄, low = control rows
 *   slope:     ρ = (W − W̄)[(Y − Ȳ) − τ (W − W̄)],  τ = Σq(W − W̄)(Y − Ȳ)/Σq(W − W̄)²,  low = rows with W < W̄
 *   criterion: (Σ_L qρ)²/Σ_L q + (Σ_R qρ)²/Σ_R q − penalty (1/size_L + 1/size_R)
 */
import type { Covariate } from '../../src/data/trial.js';
import type { TreeOptions } from '../../src/tree/tree-options.js';

/** Levels in a node above which its rows are halved: where 0.64 (L − 1) passes what the best cut of a number reaches. */
const MANY_LEVELS = 6;

export interface PlainProblem {
  readonly target: 'mean' | 'slope' | 'treatment';
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  readonly weight: Float64Array | null;
  readonly covariates: readonly Covariate[];
  readonly options: TreeOptions;
  /** 0 or 1 by row: above MANY_LEVELS levels, rows of half 0 order them and rows of half 1 judge. */
  readonly half: Uint8Array;
}

export interface PlainNode {
  /** False where the node must be a leaf whatever the covariates. */
  readonly splittable: boolean;
  /** Σ qρ² with the terms of ρ added up as magnitudes: the scale of the criterion's rounding errors. */
  readonly scale: number;
  /** A split on covariate f; `slack` is a share of the least size that the comparison gives to rounding. */
  judge(f: number, goesLeft: (row: number) => boolean, slack: number): { admissible: boolean; criterion: number };
  /** Largest criterion among admissible splits (−∞ if none); 'ordered' cuts categories only along their mean ρ. */
  best(groupings: 'all' | 'ordered', slack: number): number;
}

/** One level of a category in a row: its code, or one past the last for missing. */
export const levelOf = (column: Extract<Covariate, { kind: 'category' }>, row: number): number =>
  column.codes[row] < 0 ? column.levels.length : column.codes[row];

type PerRow = (row: number) => number;

export function plainNode(problem: PlainProblem, rows: readonly number[]): PlainNode {
  const { target, options, covariates, half } = problem;
  const q: PerRow = (i) => problem.weight?.[i] ?? 1;
  const sum = (of: PerRow, over = rows) => {
    let total = 0;
    for (const i of over) total += of(i);
    return total;
  };
  const tabulate = (of: PerRow): PerRow => {
    const table = new Float64Array(problem.outcome.length);
    for (const i of rows) table[i] = of(i);
    return (i) => table[i];
  };
  const weight = sum(q);
  const meanY = sum((i) => q(i) * problem.outcome[i]) / weight;
  const meanW = sum((i) => q(i) * problem.treatment[i]) / weight;
  const y = tabulate((i) => problem.outcome[i] - meanY);
  const w = tabulate((i) => problem.treatment[i] - meanW);
  const variation = sum((i) => q(i) * w(i) ** 2);
  const slope = sum((i) => q(i) * w(i) * y(i)) / variation;
  const rho = tabulate({ mean: y, treatment: w, slope: (i: number) => w(i) * (y(i) - slope * w(i)) }[target]);
  const termsOfRho: PerRow =
    target === 'slope' ? (i) => Math.abs(w(i)) * (Math.abs(y(i)) + Math.abs(slope * w(i))) : rho;
  const isLow = (i: number) => (target === 'treatment' ? problem.treatment[i] === 0 : w(i) < 0);
  const byRows = target !== 'slope';
  const minLow = target === 'mean' ? 0 : options.minNodeSize;
  const minCount = byRows ? Math.max(Math.ceil(options.alpha * rows.length), 1) : 1;
  const minSize = byRows ? 0 : options.alpha * variation;
  const varies = byRows || variation > 1e-12 * sum((i) => q(i) * problem.treatment[i] ** 2);
  const large = target === 'treatment' || rows.length > options.minNodeSize;

  const variationOf = (part: readonly number[]) => {
    const mean = sum((i) => q(i) * w(i), part) / sum(q, part);
    return sum((i) => q(i) * (w(i) - mean) ** 2, part);
  };
  const mayBeChild = (part: readonly number[], slack: number) => {
    const low = sum((i) => (isLow(i) ? 1 : 0), part);
    return (
      part.length >= minCount &&
      sum(q, part) > 0 &&
      low >= minLow &&
      part.length - low >= minLow &&
      (byRows || variationOf(part) >= minSize * (1 + slack))
    );
  };
  const penaltyOf = (part: readonly number[]) =>
    options.imbalancePenalty === 0 ? 0 : options.imbalancePenalty / (byRows ? part.length : variationOf(part));
  const between = (left: readonly number[], right: readonly number[]) => {
    const both = [...left, ...right];
    const all = sum((i) => q(i) * rho(i), both) / sum(q, both);
    const term = (part: readonly number[]) => sum((i) => q(i) * (rho(i) - all), part) ** 2 / sum(q, part);
    return term(left) + term(right);
  };
  /** Above MANY_LEVELS levels in the node, one half of the rows orders the levels and the other judges. */
  const isHalved = covariates.map(
    (column) => column.kind === 'category' && new Set(rows.map((i) => levelOf(column, i))).size > MANY_LEVELS,
  );
  const judge: PlainNode['judge'] = (f, goesLeft, slack) => {
    const left: number[] = [];
    const right: number[] = [];
    for (const i of rows) (goesLeft(i) ? left : right).push(i);
    const none = { admissible: false, criterion: Number.NEGATIVE_INFINITY };
    if (!mayBeChild(left, slack) || !mayBeChild(right, slack)) return none;
    const judging = (part: number[]) => (isHalved[f] ? part.filter((i) => half[i] === 1) : part);
    if (!(sum(q, judging(left)) > 0 && sum(q, judging(right)) > 0)) return none;
    const criterion = between(judging(left), judging(right)) - penaltyOf(left) - penaltyOf(right);
    return { admissible: true, criterion };
  };

  function* splitsOf(f: number, groupings: 'all' | 'ordered'): Generator<(row: number) => boolean> {
    const column = covariates[f];
    if (column.kind !== 'category') {
      const present = rows.map((i) => column.values[i]).filter((x) => !Number.isNaN(x));
      yield (i) => Number.isNaN(column.values[i]);
      for (const threshold of new Set(present)) {
        yield (i) => column.values[i] <= threshold;
        yield (i) => column.values[i] <= threshold || Number.isNaN(column.values[i]);
      }
      return;
    }
    const levels = [...new Set(rows.map((i) => levelOf(column, i)))];
    const ordering = isHalved[f] ? rows.filter((i) => half[i] === 0) : rows;
    const meanRho = (level: number) => {
      const own = ordering.filter((i) => levelOf(column, i) === level);
      return sum(q, own) > 0 ? sum((i) => q(i) * rho(i), own) / sum(q, own) : 0;
    };
    const means = new Map(levels.map((level) => [level, meanRho(level)]));
    levels.sort((a, b) => (means.get(a) as number) - (means.get(b) as number) || a - b);
    if (groupings === 'ordered' || isHalved[f])
      for (let k = 1; k < levels.length; k++) {
        const left = new Set(levels.slice(0, k));
        yield (i) => left.has(levelOf(column, i));
      }
    else
      for (let set = 1; set < 2 ** (levels.length - 1); set++) {
        const left = new Set(levels.filter((_, k) => (set >>> k) & 1));
        yield (i) => left.has(levelOf(column, i));
      }
  }

  return {
    splittable: weight > 0 && varies && large,
    scale: sum((i) => q(i) * termsOfRho(i) ** 2),
    judge,
    best(groupings, slack) {
      let best = Number.NEGATIVE_INFINITY;
      covariates.forEach((_, f) => {
        for (const goesLeft of splitsOf(f, groupings)) best = Math.max(best, judge(f, goesLeft, slack).criterion);
      });
      return best;
    },
  };
}
