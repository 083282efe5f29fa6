/** The source of worker threads: what they can do. Bundled into one text, never imported (`scripts/bundle-worker.ts`). */
import { bayesianChainsOf, type ChainJobs } from '../causal/bayesian/bayesian-effects.js';
import { outOfBagInstrumentalEffectsOf } from '../causal/instrumental/predict.js';
import { outOfBagEffectSlopesOf, outOfBagEffectsOf } from '../causal/predict-effects.js';
import { outOfBagSlopesOf } from '../causal/slopes/predict.js';
import { survivalScoresOf } from '../causal/survival/survival-scores.js';
import { outOfBagTreeAverageOf } from '../causal/tree-average-forest.js';
import type { RowPass } from '../forest/divide-rows.js';
import { type LocalProblem, localLinearOf } from '../forest/local-linear.js';
import { outOfBagProbabilitiesOf } from '../forest/probability-forest.js';
import { outOfBagMeansOf } from '../forest/regression-forest.js';
import { trainingTask } from '../forest/train-forest.js';
import { type PenalizedJobs, penalizedMembersOf } from '../nuisance/penalized-nuisance.js';
import { type BoostingJobs, boostedTreesOf } from '../nuisance/tree-nuisance.js';
import { serve } from '../threads/serve.js';

/** A pass over rows as a task. */
const rowTask =
  <Pass extends RowPass>(pass: (shared: Pass, from: number, end: number) => unknown) =>
  (shared: Pass) => ({ run: (from: number, end: number) => pass(shared, from, end) });

serve({
  train: trainingTask,
  outOfBagProbabilities: rowTask(outOfBagProbabilitiesOf),
  outOfBagMeans: rowTask(outOfBagMeansOf),
  outOfBagInstrumentalEffects: rowTask(outOfBagInstrumentalEffectsOf),
  outOfBagEffects: rowTask(outOfBagEffectsOf),
  outOfBagEffectSlopes: rowTask(outOfBagEffectSlopesOf),
  outOfBagSlopes: rowTask(outOfBagSlopesOf),
  localLinear: (problem: LocalProblem) => ({ run: (from: number, end: number) => localLinearOf(problem, from, end) }),
  penalizedNuisances: (shared: PenalizedJobs) => ({
    run: (from: number, end: number) => penalizedMembersOf(shared, from, end),
  }),
  boostedTrees: (shared: BoostingJobs) => ({ run: (from: number, end: number) => boostedTreesOf(shared, from, end) }),
  bayesianEffects: (shared: ChainJobs) => ({ run: (from: number, end: number) => bayesianChainsOf(shared, from, end) }),
  outOfBagTreeAverage: rowTask(outOfBagTreeAverageOf),
  survivalScores: rowTask(survivalScoresOf),
});
