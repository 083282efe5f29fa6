/**
 * The weighted scan and its fast twin: weights that are all one give the same tree as no weights. Both sum in the same
 * order, but write the criterion differently; where two columns cut a node in the same two parts, rounding chooses
 * between them, so trees are compared by the rows that end together, and node by node where no such tie occurs.
 */
import { expect, test } from 'vitest';
import { RandomStream, streamFamily } from '../../src/math/random.js';
import { drawColumn, drawOutcome, drawRows, drawTreatment } from '../support/generated-problem.js';
import { type GrowthProblem, growTree, nodesOf, treeOptions } from '../support/grow.js';
import { leafGroups } from '../support/walk.js';

const streams = streamFamily(1, 'twins');

function twins(target: GrowthProblem['target'], seed: number, minNodeSize: number, columns: 'one' | 'many') {
  const stream = streams(seed);
  const n = 200;
  const kinds = columns === 'one' ? (['missing'] as const) : (['missing', 'continuous', 'category', 'ties'] as const);
  const covariates = kinds.map((kind, f) => drawColumn(kind, `x${f}`, n, stream));
  const treatment = drawTreatment(target === 'treatment' ? 'binary' : 'centred', n, stream);
  const outcome = drawOutcome(covariates, treatment, stream);
  const options = treeOptions({ mtry: covariates.length, minNodeSize, alpha: 0.05 });
  const rows = drawRows(n, stream, 150);
  const grown = [null, new Float64Array(n).fill(1)].map((weight) =>
    growTree({ target, covariates, outcome, treatment, weight, options }, rows, new RandomStream(seed, 1, 2)),
  );
  const groups = grown.map(({ nodes, root, columns: { coding } }) =>
    leafGroups(nodes, root, covariates, coding, [...rows]),
  );
  return { nodes: grown.map(({ nodes }) => nodesOf(nodes)), groups };
}

test.each(['mean', 'slope', 'treatment'] as const)(
  '%s target, one column with missing values: the same nodes',
  (target) => {
    for (let seed = 0; seed < 20; seed++) {
      const [fast, weighted] = twins(target, seed, 2, 'one').nodes;
      expect(fast.feature.length).toBeGreaterThan(2);
      expect(weighted).toEqual(fast);
    }
  },
);

// Not the treatment target: counts of treated rows tie exactly between cuts into different parts.
test.each(['mean', 'slope'] as const)('%s target, several columns: the same groups of rows', (target) => {
  for (let seed = 100; seed < 120; seed++) {
    const [fast, weighted] = twins(target, seed, 5, 'many').groups;
    expect(fast.length).toBeGreaterThan(1);
    expect(weighted).toEqual(fast);
  }
});
