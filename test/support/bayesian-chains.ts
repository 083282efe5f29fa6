/** Chains over sums of trees on small problems, and what their kept draws are made of. */
import type { ChainJobs } from '../../src/causal/bayesian/bayesian-effects.js';
import { bayesianChainsOf } from '../../src/causal/bayesian/bayesian-effects.js';
import type { ChainResult } from '../../src/causal/bayesian/chain.js';
import type { TreeDraws } from '../../src/causal/bayesian/draws.js';
import type { RLossRows } from '../../src/causal/r-loss-rows.js';
import type { Covariate } from '../../src/data/trial.js';
import { binColumns } from '../../src/tree/binned-columns.js';

export interface SmallRows extends Partial<Omit<RLossRows, 'weight'>> {
  readonly covariates: readonly Covariate[];
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  /** Default: 1. */
  readonly precision?: Float64Array;
}

/** Rows as chains take them. */
export function chainJobs({ covariates, outcome, treatment, precision, clusters }: SmallRows, seed = 1): ChainJobs {
  const n = outcome.length;
  return {
    columns: binColumns(
      covariates,
      Int32Array.from({ length: n }, (_, i) => i),
      64,
    ),
    outcome,
    treatment,
    precision: precision ?? new Float64Array(n).fill(1),
    treatmentScale: Math.sqrt(treatment.reduce((sum, w) => sum + w * w, 0) / n),
    units: clusters ?? null,
    seed,
    purpose: 'test chains',
  };
}

/** So many chains of their own streams. */
export const runChains = (rows: SmallRows, count: number, seed = 1): ChainResult[] =>
  bayesianChainsOf(chainJobs(rows, seed), 0, count);

/** A kept tree that is cut. */
export interface DrawnNode {
  /** Its cut's column; −1: a leaf. */
  readonly column: number;
  readonly value: number;
  readonly parts: readonly DrawnNode[];
}

/** The trees of a kept draw that are cut; the others are part of its constant. */
export const drawnTrees = (draws: TreeDraws, draw: number): DrawnNode[] =>
  Array.from(draws.roots.subarray(draws.start[draw], draws.start[draw + 1]), (root) => drawnNode(draws, root));

const drawnNode = (draws: TreeDraws, node: number): DrawnNode => ({
  column: draws.column[node],
  value: draws.value[node],
  parts: draws.column[node] < 0 ? [] : [0, 1].map((k) => drawnNode(draws, draws.child[node] + k)),
});

/** A mean over independent chains, each one's own mean given, and its standard error. */
export function meanOfChains(values: ArrayLike<number>): { readonly mean: number; readonly error: number } {
  const list = Array.from(values);
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  const square = list.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(square / (list.length - 1) / list.length) };
}
