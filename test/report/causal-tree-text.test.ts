import { describe, expect, test } from 'vitest';
import { fitCausalTree } from '../../src/causal/tree/fit-causal-tree.js';
import type { CausalTree, CausalTreeNode, NodeEffect, Split } from '../../src/causal/tree/types.js';
import { createTrial } from '../../src/data/create-trial.js';
import { streamFor } from '../../src/math/random.js';
import { formatCausalTree } from '../../src/report/causal-tree-text.js';

const day = Date.UTC(2024, 2, 5) / 86_400_000;
const effectOf = (estimate: number | null, half: number | null): NodeEffect => ({
  estimate,
  standardError: half === null ? null : half / 2,
  interval: estimate === null || half === null ? null : [estimate - half, estimate + half],
  level: 0.95,
  n: 50,
  nTreated: 20,
  nControl: 30,
  warnings: [],
});
const node = (
  index: number,
  parent: number,
  depth: number,
  split: Split | null,
  left = -1,
  right = -1,
): CausalTreeNode => ({
  index,
  parent,
  depth,
  split,
  left,
  right,
  gain: split === null ? null : 1,
  growing: { nTreated: 20, nControl: 30 },
  effect: effectOf(index - 3.25, 1.5),
});

/** Every kind of split once, in one path down the right side. */
const tree: CausalTree = {
  kind: 'causalTree',
  outcomeName: 'income',
  treatmentName: 'trained',
  covariateNames: ['age', 'member', 'hired', 'region', 'score'],
  covariates: [
    { name: 'age', kind: 'number', levels: null },
    { name: 'member', kind: 'boolean', levels: null },
    { name: 'hired', kind: 'date', levels: null },
    { name: 'region', kind: 'category', levels: ['North', 'South', 'East', 'West', 'Centre'] },
    { name: 'score', kind: 'number', levels: null },
  ],
  settings: {
    outcome: 'income',
    splitRule: 'causalHonest',
    honesty: true,
    estimationFraction: 0.5,
    minPerArm: 25,
    maxDepth: 30,
    honestWeight: 0.5,
    bucketSize: null,
    pruning: 'crossValidated',
    folds: 10,
    pruningStandardErrors: 1,
    seed: 1,
    level: 0.95,
  },
  nodes: [
    node(0, -1, 0, { kind: 'threshold', covariate: 0, threshold: 32.5, missing: 'right', missingSeen: true }, 1, 2),
    node(1, 0, 1, null),
    node(2, 0, 1, { kind: 'threshold', covariate: 1, threshold: 0, missing: 'left', missingSeen: true }, 3, 4),
    { ...node(3, 2, 2, null), effect: effectOf(null, null) },
    node(4, 2, 2, { kind: 'threshold', covariate: 2, threshold: day, missing: 'left', missingSeen: false }, 5, 8),
    node(5, 4, 3, { kind: 'missing', covariate: 4, missing: 'left', missingSeen: true }, 6, 7),
    { ...node(6, 5, 4, null), effect: effectOf(2, null) },
    node(7, 5, 4, null),
    node(
      8,
      4,
      3,
      { kind: 'levels', covariate: 3, levelsLeft: [0, 2, 3], levelsRight: [1, 4], missing: 'left', missingSeen: true },
      9,
      10,
    ),
    node(9, 8, 4, null),
    node(10, 8, 4, null),
  ],
  leaves: [1, 3, 6, 7, 9, 10],
  growingRows: [0, 1, 2],
  estimationRows: [3, 4, 5, 6],
  pruning: [
    { complexity: 0, leafCount: 9, criterion: 1, standardErrorToBest: 1, chosen: false },
    { complexity: 1, leafCount: 6, criterion: 2, standardErrorToBest: 0, chosen: true },
  ],
  warnings: [{ code: 'SOMETHING', message: 'something to know' }],
};

describe('formatCausalTree', () => {
  test("writes every kind of split in the user's names and units", () => {
    expect(formatCausalTree(tree)).toBe(`Honest causal tree: effect of trained on income, 95 % intervals
3 rows grew the tree, 4 others estimated its effects
6 leaves of 9 kept by 10-fold cross-validation

all rows: effect -3.3 [-4.8, -1.8], 20 treated, 30 untreated
├─ age ≤ 32.5: leaf 1, effect -2.3 [-3.8, -0.8], 20 treated, 30 untreated
└─ age > 32.5 or missing
   ├─ member is no or missing: leaf 3, effect not estimable, 20 treated, 30 untreated
   └─ member is yes
      ├─ hired ≤ 2024-03-05
      │  ├─ score is missing: leaf 6, effect 2.0 (no interval), 20 treated, 30 untreated
      │  └─ score is present: leaf 7, effect 3.8 [2.3, 5.3], 20 treated, 30 untreated
      └─ hired > 2024-03-05
         ├─ region is North, East, West or missing: leaf 9, effect 5.8 [4.3, 7.3], 20 treated, 30 untreated
         └─ region is South, Centre: leaf 10, effect 6.8 [5.3, 8.3], 20 treated, 30 untreated

Warning: something to know.`);
  });

  test('shortens long lists of levels, and says by how many', () => {
    expect(formatCausalTree(tree, { maxLevels: 1 })).toContain('region is North and 2 more or missing: leaf 9');
    expect(() => formatCausalTree(tree, { maxLevels: 0 })).toThrow(/maxLevels/);
  });

  test('writes a lone root, other levels of confidence, and trees without honesty or pruning', () => {
    const lone: CausalTree = {
      ...tree,
      nodes: [{ ...node(0, -1, 0, null), effect: { ...effectOf(1234.5678, 321), level: 0.9 } }],
      leaves: [0],
      pruning: null,
      warnings: [],
      settings: { ...tree.settings, honesty: false, level: 0.9 },
    };
    expect(formatCausalTree(lone)).toBe(`Causal tree: effect of trained on income, 90 % intervals
3 rows grew the tree and estimated its effects
1 leaf, not pruned

all rows: leaf 0, effect 1235 [914, 1556], 20 treated, 30 untreated`);
  });

  test('describes the groups that a fitted tree predicts', () => {
    const random = streamFor(5, 'text');
    const rows = Array.from({ length: 1200 }, () => {
      const region = ['North', 'South', 'East'][random.below(3)] as string;
      const treated = random.below(2);
      return { region, treated, sales: 100 + treated * (region === 'South' ? 30 : 10) + random.normal() };
    });
    const trial = createTrial(rows, { covariates: ['region'], treatment: 'treated', outcomes: { sales: 'sales' } });
    const text = formatCausalTree(fitCausalTree(trial, { outcome: 'sales', maxDepth: 1 }));
    expect(text).toMatch(/├─ region is East, North: leaf 1, effect (9\.|10\.)/);
    expect(text).toMatch(/└─ region is South: leaf 2, effect (29\.|30\.)/);
    expect(text).not.toContain('missing');
  });
});
