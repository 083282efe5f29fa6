/** Rates over many trials: how often nothing is found where there is nothing, and whether intervals hold, for every rule. */
import { describe, expect, test } from 'vitest';
import { fitCausalTree } from '../../src/causal/tree/fit-causal-tree.js';
import type { SplitRule } from '../../src/causal/tree/options.js';
import { predictCausalTree } from '../../src/causal/tree/predict-causal-tree.js';
import { streamFor } from '../../src/math/random.js';
import { repeat, simulateRows, trialOf } from './causal-tree-trials.js';

/** Measured share of trials without any effect in which the root stays alone, in 500 other trials or more each, in percent. */
const ROOT_ALONE: readonly [SplitRule, rows: number, percent: number][] = [
  ['causalHonest', 500, 80],
  ['causalHonest', 2000, 84],
  ['tStatistic', 500, 80],
  ['fit', 500, 97],
  ['transformedOutcome', 500, 96],
];

describe('without any effect', () => {
  test.each(ROOT_ALONE)('%s keeps the root alone in %d rows as often as measured', (splitRule, count, percent) => {
    const studies = 400;
    const alone = repeat(studies, (seed) => {
      // `fit` looks for differences of outcomes too, so that for it there must be none of these either.
      const slope = splitRule === 'fit' ? 0 : 2;
      const design = { covariates: 5, effect: () => 0, baseline: ([x]: readonly number[]) => slope * (x as number) };
      const rows = simulateRows(streamFor(seed, 'no effect'), count, design);
      return fitCausalTree(trialOf(rows), { outcome: 'y', seed, splitRule }).leaves.length === 1;
    }).filter(Boolean).length;
    // Two measurements, of 500 and of 400: three and a half standard errors of their difference, false alarm 1 in 2,000.
    const share = percent / 100;
    const band = 3.5 * Math.sqrt(share * (1 - share) * (1 / studies + 1 / 500)) + 0.005;
    expect(Math.abs(alone / studies - share)).toBeLessThan(band);
  });
});

describe('leaves of pruned trees', () => {
  const effect = ([x, z]: readonly number[]) => ((x as number) > 0.5 ? 1 : 0) + (z as number);
  const design = { covariates: 3, effect };
  const population = simulateRows(streamFor(99, 'population'), 20_000, design);
  const populationTrial = trialOf(population);

  test.each(['causalHonest', 'tStatistic', 'fit', 'transformedOutcome'] as const)(
    '%s: intervals at level 0.95 hold in as many leaves',
    (splitRule) => {
      const counts = repeat(1000, (seed) => {
        const rows = simulateRows(streamFor(seed, 'slow coverage'), 500, design);
        const tree = fitCausalTree(trialOf(rows), { outcome: 'y', seed, splitRule });
        const { leaf } = predictCausalTree(tree, populationTrial);
        const truths = new Map<number, number[]>();
        leaf.forEach((index, row) => {
          const cell = truths.get(index) ?? [];
          cell.push(effect(population[row]?.x ?? []));
          truths.set(index, cell);
        });
        const hits = [...truths].filter(([index, effects]) => {
          const truth = effects.reduce((sum, value) => sum + value, 0) / effects.length;
          const interval = tree.nodes[index]?.effect.interval;
          return interval && interval[0] <= truth && truth <= interval[1];
        }).length;
        return { hits, leaves: truths.size };
      });
      const leaves = counts.reduce((sum, count) => sum + count.leaves, 0);
      const share = counts.reduce((sum, count) => sum + count.hits, 0) / leaves;
      const squares = counts.reduce((sum, count) => sum + (count.hits - share * count.leaves) ** 2, 0);
      // Four standard errors, clustered by trial: false alarm 6 in 100,000 at exactly 95 %.
      expect(Math.abs(share - 0.95)).toBeLessThan((4 * Math.sqrt(squares)) / leaves);
    },
  );
});
