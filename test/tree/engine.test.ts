/** Engines are lent from fit to fit: what one fit leaves behind must not reach the next. */
import { expect, test } from 'vitest';
import { makeBagTrainer } from '../../src/forest/train-forest.js';
import { streamFor } from '../../src/math/random.js';
import { borrowEngine, type Engine, returnEngine } from '../../src/tree/engine.js';
import { instantiate } from '../../src/tree/instantiate.js';
import { slopeMoments } from '../../src/tree/leaf-moments.js';
import { makeMeanTarget } from '../../src/tree/mean-target.js';
import { makePartition } from '../../src/tree/partition.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import { makeRootLists } from '../../src/tree/root-lists.js';
import { makeRowSender } from '../../src/tree/row-sender.js';
import { makeCategoryScan } from '../../src/tree/scan-category.js';
import { makeNumericScan } from '../../src/tree/scan-numeric.js';
import { makeWeightedScan } from '../../src/tree/scan-weighted.js';
import { makeSlopeTarget } from '../../src/tree/slope-target.js';
import { makeTreatmentTarget } from '../../src/tree/treatment-target.js';

/** A problem of some shape: rows, numeric columns, and columns of 5 levels. */
function problem(rowCount: number, numbers: number, categories: number, missing: boolean) {
  const stream = streamFor(5, 'engine', rowCount, numbers, categories);
  const covariates = [
    ...Array.from({ length: numbers }, (_, f) => ({
      kind: 'number' as const,
      name: `x${f}`,
      values: Float64Array.from({ length: rowCount }, () =>
        missing && stream.uniform() < 0.1 ? Number.NaN : stream.normal(),
      ),
    })),
    ...Array.from({ length: categories }, (_, f) => ({
      kind: 'category' as const,
      name: `c${f}`,
      levels: ['a', 'b', 'c', 'd', 'e'],
      codes: Int32Array.from({ length: rowCount }, () => stream.below(5)),
    })),
  ];
  const treatment = Float64Array.from({ length: rowCount }, () => stream.below(2) - 0.5);
  const outcome = treatment.map((w) => w * stream.normal() + stream.normal());
  return {
    columns: rankColumns(covariates, rowCount),
    kind: 'slope' as const,
    data: { outcome, treatment, weight: null },
    moments: slopeMoments(outcome, treatment, null),
    options: { mtry: 3, minNodeSize: 2, alpha: 0.05, imbalancePenalty: 0, honesty: true, honestyPruneLeaves: true },
    plan: {
      rowCount,
      treesPerBag: 2,
      sampleFraction: 0.5,
      honesty: true,
      honestyFraction: 0.5,
      clusters: null,
      equalizeClusterWeights: false,
    },
    treeCount: 6,
    seed: 1,
    purpose: 'engine',
  };
}

function train(given: ReturnType<typeof problem>, engine: Engine) {
  engine.load(given.columns);
  const trainer = makeBagTrainer(given, engine);
  for (let bag = 0; bag < 3; bag++) trainer.trainBag(bag);
  return trainer.finish();
}

test('a smaller fit on an engine that others have used has the bits of a fit on an engine of its own', () => {
  const large = problem(200, 4, 2, true);
  const used = borrowEngine(large.columns);
  train(large, used);
  for (const small of [problem(120, 1, 2, true), problem(150, 2, 0, false), problem(160, 0, 2, false)]) {
    const alone = train(small, borrowEngine(small.columns));
    expect(train(small, used)).toEqual(alone);
    expect(alone.feature.length).toBeGreaterThan(30);
  }
});

test('two fits at once have an engine each', () => {
  const { columns } = problem(100, 2, 1, false);
  const engines = [borrowEngine(columns), borrowEngine(columns)];
  expect(engines[0]).not.toBe(engines[1]);
  for (const engine of engines) returnEngine(engine);
});

test('kernel factories are self-contained: a copy made from their text is another function', () => {
  for (const factory of [
    makeMeanTarget,
    makePartition,
    makeRootLists,
    makeRowSender,
    makeCategoryScan,
    makeNumericScan,
    makeWeightedScan,
    makeSlopeTarget,
    makeTreatmentTarget,
  ])
    expect(instantiate(factory as () => unknown)).not.toBe(factory);
});
