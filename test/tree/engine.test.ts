/** Engines are lent from fit to fit: what one fit leaves behind must not reach the next. */
import { expect, test, vi } from 'vitest';
import { type ForestProblem, makeBagTrainer } from '../../src/forest/train-forest.js';
import { streamFor } from '../../src/math/random.js';
import { borrowEngine, type Engine, returnEngine } from '../../src/tree/engine.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';

/** A problem of some shape: rows, numeric columns, and columns of 5 levels. */
function problem(rowCount: number, numbers: number, categories: number, missing: boolean): ForestProblem {
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
    kind: 'slope',
    data: { outcome, treatment, weight: null },
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

function train(given: ForestProblem, make = makeBagTrainer) {
  const trainer = make(given);
  for (let bag = 0; bag < 3; bag++) trainer.trainBag(bag);
  const trees = trainer.finish();
  trainer.close();
  return trees;
}

/** On an engine that is made for it: another copy of the library has no others. */
async function trainAlone(given: ForestProblem) {
  vi.resetModules();
  const fresh = await import('../../src/forest/train-forest.js');
  return train(given, fresh.makeBagTrainer);
}

/** The engine that would be lent now. */
function lent({ columns, plan }: ForestProblem): Engine {
  const engine = borrowEngine(columns, plan);
  returnEngine(engine);
  return engine;
}

test('a smaller fit on an engine that others have used has the bits of a fit on an engine of its own', async () => {
  const large = problem(200, 4, 2, true);
  train(large);
  const used = lent(large);
  for (const small of [problem(120, 1, 2, true), problem(150, 2, 0, false), problem(160, 0, 2, false)]) {
    const alone = await trainAlone(small);
    expect(lent(small)).toBe(used);
    expect(train(small)).toEqual(alone);
    expect(alone.feature.length).toBeGreaterThan(30);
    expect(lent(large)).toBe(used);
    expect(train(large)).toEqual(await trainAlone(large));
  }
});

test('two fits at once have an engine each', () => {
  const { columns, plan } = problem(100, 2, 1, false);
  const engines = [borrowEngine(columns, plan), borrowEngine(columns, plan)];
  expect(engines[0]).not.toBe(engines[1]);
  for (const engine of engines) returnEngine(engine);
});

test('an engine has room for what is asked', () => {
  const { columns, plan } = problem(130, 3, 1, true);
  for (const nodes of [7, 90, 10_000]) {
    const engine = borrowEngine(columns, plan, nodes);
    const { capacity, machine } = engine;
    const asked = {
      rows: 130,
      columns: 4,
      listedColumns: 3,
      rankedColumns: 0,
      growRows: 33,
      levels: 5,
      units: 130,
      batchTrees: 2,
    };
    for (const [what, count] of Object.entries(asked))
      expect(capacity[what as keyof typeof asked], what).toBeGreaterThanOrEqual(count);
    // 33 rows grow a tree, which has at most 65 nodes.
    expect(machine.records.grown.nodeRoom).toBeGreaterThanOrEqual(Math.min(nodes, 65));
    returnEngine(engine);
  }
});
