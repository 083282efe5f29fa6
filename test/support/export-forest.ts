/** A forest trained here, written as R's grf would be: what `fromGrf` reads. Numbers only; leaves' rows by walking. */
import type { CausalForest } from '../../src/causal/types.js';
import type { NumericCovariate } from '../../src/data/trial.js';
import { eachTreeDraw } from '../../src/forest/forest.js';
import type { GrfForest, GrfTree } from '../../src/import/layout.js';
import { leafNodeOf } from './walk.js';

export function exportForest({ trial, outcome, nuisance, forest, settings }: CausalForest): GrfForest {
  const { covariates, rowCount } = trial;
  const { trees, coding } = forest;
  const cell = (f: number, row: number) => (covariates[f] as NumericCovariate).values[row];
  const written: GrfTree[] = [];
  eachTreeDraw(forest, ({ tree, isDrawn, fill }) => {
    const root = trees.root[tree];
    const nodes = Array.from({ length: trees.root[tree + 1] - root }, (_, k) => root + k);
    const isLeaf = (node: number) => trees.feature[node] < 0;
    const leafSamples = nodes.map((): number[] => []);
    for (const row of fill) leafSamples[leafNodeOf(trees, root, covariates, coding, row) - root].push(row);
    written.push({
      root: 0,
      left: nodes.map((node) => (isLeaf(node) ? 0 : trees.child[node] - root)),
      right: nodes.map((node) => (isLeaf(node) ? 0 : trees.child[node] + 1 - root)),
      splitVariable: nodes.map((node) => (isLeaf(node) ? 0 : trees.feature[node])),
      splitValue: nodes.map((node) => {
        const cut = trees.threshold[node];
        return isLeaf(node) ? -1 : cut < 0 ? null : (coding.cuts[trees.feature[node]] as Float64Array)[cut];
      }),
      missingGoesLeft: nodes.map((node) => isLeaf(node) || trees.missingRight[node] === 0),
      drawnSamples: [...isDrawn.keys()].filter((row) => isDrawn[row] === 1),
      leafSamples,
    });
  });
  return {
    covariateNames: [...trial.covariateNames],
    X: Array.from({ length: rowCount }, (_, row) =>
      covariates.map((__, f) => (Number.isNaN(cell(f, row)) ? null : cell(f, row))),
    ),
    Y: [...outcome],
    W: [...trial.treatment.values],
    Yhat: [...nuisance.outcomeHat],
    What: [...nuisance.treatmentHat],
    sampleWeights: trial.weights && [...trial.weights],
    clusters: trial.clusters && [...trial.clusters.ids],
    equalizeClusterWeights: settings.equalizeClusterWeights,
    forest: { ciGroupSize: settings.ciGroupSize, trees: written },
  };
}
