/**
 * Effects, variances and errors of a causal forest by their definitions, from rows, draws and splits alone: no stored leaf
 * averages, no shared sums. Formulas: Athey, Tibshirani & Wager 2019, §4.1 and §6; little bags after Sexton & Laake 2009.
 */
import type { CausalForest } from '../../src/causal/types.js';
import type { Covariate } from '../../src/data/trial.js';
import { eachTreeDraw } from '../../src/forest/forest.js';
import { cdf, density } from '../../src/math/normal.js';
import { leafNodeOf } from './walk.js';

/** Averages over one leaf's rows (or over trees of them). */
interface Moments {
  readonly q: number;
  readonly y: number;
  readonly w: number;
  readonly wy: number;
  readonly ww: number;
}

export interface PlainEffect {
  readonly effect: number;
  readonly variance: number;
  readonly debiasedError: number;
  readonly excessError: number;
  readonly treeCount: number;
}

const average = (all: readonly Moments[]): Moments => {
  const mean = (of: (m: Moments) => number) => all.reduce((sum, m) => sum + of(m), 0) / all.length;
  return {
    q: mean((m) => m.q),
    y: mean((m) => m.y),
    w: mean((m) => m.w),
    wy: mean((m) => m.wy),
    ww: mean((m) => m.ww),
  };
};
const slopeOf = (m: Moments) => (m.wy * m.q - m.w * m.y) / (m.ww * m.q - m.w * m.w);

/** The leaf of each tree for each row of `covariates`; null where the tree has none, or drew the row. */
function leavesOf(forest: CausalForest, covariates: readonly Covariate[], rows: readonly number[], outOfBag: boolean) {
  const { trial, outcome, nuisance } = forest;
  const { trees, coding } = forest.forest;
  const y = (i: number) => outcome[i] - nuisance.outcomeHat[i];
  const w = (i: number) => trial.treatment.values[i] - nuisance.treatmentHat[i];
  const leaves: (Moments | null)[][] = rows.map(() => []);
  eachTreeDraw(forest.forest, ({ tree, isDrawn, fill }) => {
    const leafOf = (of: readonly Covariate[], row: number) => leafNodeOf(trees, trees.root[tree], of, coding, row);
    const members = new Map<number, number[]>();
    for (const row of fill) {
      const leaf = leafOf(trial.covariates, row);
      members.set(leaf, [...(members.get(leaf) ?? []), row]);
    }
    rows.forEach((row, k) => {
      const there = members.get(leafOf(covariates, row));
      leaves[k].push(
        !there || (outOfBag && isDrawn[row] === 1)
          ? null
          : average(
              there.map((i) => {
                const q = trial.weights?.[i] ?? 1;
                return { q, y: q * y(i), w: q * w(i), wy: q * w(i) * y(i), ww: q * w(i) ** 2 };
              }),
            ),
      );
    });
  });
  return { leaves, y, w };
}

function littleBags(influences: readonly (number | null)[], perBag: number): number {
  const bags: number[][] = [];
  for (let b = 0; b < influences.length; b += perBag) {
    const bag = influences.slice(b, b + perBag).filter((rho) => rho !== null);
    if (bag.length === perBag) bags.push(bag);
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const between = mean(bags.map((bag) => mean(bag) ** 2));
  const total = mean(bags.flat().map((rho) => rho ** 2));
  const noise = (total - between) / (perBag - 1);
  const error = Math.max(between, noise) * Math.sqrt(2 / bags.length);
  const ratio = (between - noise) / error;
  return between - noise + (error * density(ratio)) / cdf(ratio);
}

/** @param covariates of new rows; null: the training rows, out of bag */
export function plainEffects(
  forest: CausalForest,
  rows: readonly number[],
  covariates: readonly Covariate[] | null = null,
): PlainEffect[] {
  const { leaves, y, w } = leavesOf(forest, covariates ?? forest.trial.covariates, rows, covariates === null);
  return rows.map((row, k) => {
    const used = leaves[k].filter((leaf) => leaf !== null);
    const m = average(used);
    const effect = slopeOf(m);
    const intercept = (m.y - m.w * effect) / m.q;
    const determinant = m.ww * m.q - m.w * m.w;
    const influences = leaves[k].map((leaf) => {
      if (leaf === null) return null;
      const psi1 = leaf.wy - leaf.ww * effect - leaf.w * intercept;
      const psi2 = leaf.y - leaf.w * effect - leaf.q * intercept;
      return (m.q * psi1 - m.w * psi2) / determinant;
    });
    const residual = (of: Moments) => y(row) - of.y / of.q - (w(row) - of.w / of.q) * slopeOf(of);
    const raw = residual(m);
    const changes = used.map((_, b) => residual(average(used.filter((__, other) => other !== b))) - raw);
    const t = used.length;
    const excessError = t > 5 ? ((t - 1) / t) * changes.reduce((sum, change) => sum + change ** 2, 0) : Number.NaN;
    return {
      effect,
      variance: littleBags(influences, forest.settings.ciGroupSize),
      debiasedError: raw ** 2 - excessError,
      excessError,
      treeCount: t,
    };
  });
}
