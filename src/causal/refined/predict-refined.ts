/** Refined effects of new rows: the members' predictions by all trees and all bags, combined by the fit's weights. */
import type { EncodedRows } from '../../data/encode.js';
import type { Covariate } from '../../data/trial.js';
import { type Forest, treesPerBag } from '../../forest/forest.js';
import { eachNewBlock } from '../../forest/leaf-blocks.js';
import { predictionWarnings } from '../../forest/prediction-warnings.js';
import { codeRows } from '../../tree/ranked-columns.js';
import { summarizeDraws } from '../bayesian/draws.js';
import { SLOPE_MOMENTS, slopeOf } from '../effect-moments.js';
import type { EffectPredictions } from '../types.js';
import { combinedVariances, type ForestPart } from './combined-variance.js';
import { linearEffectsOf } from './linear-effects.js';
import { linearMembers, refittedPart } from './refitted-part.js';
import type { RefinedEffects } from './types.js';
import { withUncertainty } from './uncertainty.js';

/** Rows in the training trial's encoding; linear members take cells outside the range of training at its end. */
export function predictRefined(
  forest: Forest,
  refined: RefinedEffects,
  encoded: EncodedRows,
  wantsVariance = true,
): Omit<EffectPredictions, 'trainingRows'> {
  const { rowCount, covariates } = encoded;
  const { members, constant } = refined;
  const coded = codeRows(covariates, forest.coding, rowCount);
  const treeCount = new Int32Array(rowCount);
  const ofForest = new Float64Array(rowCount);
  eachNewBlock(forest, coded, (block) => {
    for (let r = 0; r < block.rowCount; r++) ofForest[block.first + r] = slopeOf(block.average, SLOPE_MOMENTS * r);
    treeCount.set(block.treeCount.subarray(0, block.rowCount), block.first);
  });
  const linear = linearMembers(refined).map((member) => linearEffectsOf(member.linear, covariates, rowCount));
  const { classes, chains } = refined.bayesianTrees;
  const posterior = summarizeDraws(chains, classes, covariates, rowCount);
  const effects = [ofForest, ...linear.map((own) => own.effect), posterior.mean];
  const effect = Float64Array.from({ length: rowCount }, (_, i) =>
    members.reduce((sum, { weight, centre }, k) => sum + weight * (effects[k][i] - centre), constant),
  );
  let variance: Float64Array | null = null;
  if (wantsVariance && treesPerBag(forest) > 1) {
    const part: ForestPart = {
      forest,
      weight: members[0].weight,
      eachBlock: (visit, from, end) => eachNewBlock(forest, coded, visit, from, end),
    };
    const designs = linear.map(({ design }) => design);
    const pass = combinedVariances(part, refittedPart(refined, designs, null), rowCount);
    for (let k = 0; k < pass.steps; k++) pass.step(k);
    variance = withUncertainty(pass.variance, posterior.variance, effect, refined);
  }
  return { effect, variance, treeCount, warnings: predictionWarnings(effect, variance, encoded.warnings) };
}

/** One row, given as its encoder writes it (`data/encode-row.ts`): a number or a category's code for each covariate. */
export function oneRow(covariates: readonly Covariate[], values: Float64Array): EncodedRows {
  return {
    rowCount: 1,
    covariates: covariates.map((covariate, f) =>
      covariate.kind === 'category'
        ? { ...covariate, codes: Int32Array.of(values[f]) }
        : { ...covariate, values: Float64Array.of(values[f]) },
    ),
    warnings: [],
  };
}
