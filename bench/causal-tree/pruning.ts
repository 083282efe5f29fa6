/**
 * How should a fold judge a pruned tree? Compares two estimates of the honest criterion on held-out rows:
 *   product   d_h·d_g − V_e           what the library uses (src/causal/tree/held-out.ts)
 *   square    d_h² − V_h − V_e        the squared effect of the held-out rows alone, less its own variance
 * each with the best tree and with the smallest one within a standard error of it, on trials of known effects.
 * Prints the share of trials that keep the root alone, the mean number of leaves, and the mean squared error of the
 * honest leaf effects against the true effect of every row.
 *
 *   npx tsx bench/causal-tree/pruning.ts [--rows 1000] [--trials 100] [--folds 10] [--designs none,step,slope,hinges]
 */
import { armDifference } from '../../src/causal/tree/arm-difference.js';
import { type Criterion, effectOf, effectVarianceOf } from '../../src/causal/tree/criterion.js';
import { valuesPerRow } from '../../src/causal/tree/cross-validate.js';
import { filterSorted, type GrownNode, growTree, sortRows } from '../../src/causal/tree/grow.js';
import { heldOutValues } from '../../src/causal/tree/held-out.js';
import { armCount, armVariance, CONTROL, sumRows, TREATED, totalMass } from '../../src/causal/tree/node-sums.js';
import { dealFolds, drawHalves, splitHonestly } from '../../src/causal/tree/partition.js';
import { rowsByNode } from '../../src/causal/tree/route.js';
import { readTreeSample } from '../../src/causal/tree/sample.js';
import type { SplitRules } from '../../src/causal/tree/split-search.js';
import { collapsePrices, leavesAtPrice, priceSteps } from '../../src/causal/tree/weakest-link.js';
import { createTrial } from '../../src/data/create-trial.js';
import { streamFor } from '../../src/math/random.js';

const argument = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
};
const rowCount = Number(argument('rows', '1000'));
const trials = Number(argument('trials', '100'));
const foldCount = Number(argument('folds', '10'));

/** Effect and outcome without treatment from ten standard normal covariates; noise has standard deviation 1. */
const DESIGNS: Record<string, (x: readonly number[]) => { effect: number; baseline: number }> = {
  none: ([a = 0]) => ({ effect: 0, baseline: a }),
  step: ([a = 0, b = 0]) => ({ effect: a > 0 ? 1 : 0, baseline: b }),
  slope: ([a = 0, b = 0]) => ({ effect: 0.5 * a, baseline: 0.5 * a + b }),
  hinges: ([a = 0, b = 0, c = 0, d = 0]) => ({
    effect: Math.max(a, 0) + Math.max(b, 0),
    baseline: 0.5 * (a + b) + c + d,
  }),
};

interface Tally {
  roots: number;
  leaves: number;
  squaredError: number;
}

for (const design of argument('designs', Object.keys(DESIGNS).join(',')).split(',')) {
  const tallies = new Map<string, Tally>();
  for (let trial = 0; trial < trials; trial++) studyOne(design, trial, tallies);
  process.stdout.write(`\n${design}: ${trials} trials of ${rowCount} rows, ${foldCount} folds\n`);
  for (const [name, { roots, leaves, squaredError }] of tallies)
    process.stdout.write(
      `  ${name.padEnd(22)} root alone ${(roots / trials).toFixed(2)}  leaves ${(leaves / trials).toFixed(2)}` +
        `  squared error ${(squaredError / trials).toFixed(4)}\n`,
    );
}

function studyOne(design: string, seed: number, tallies: Map<string, Tally>): void {
  const { trial, effects } = simulate(design, seed);
  const sample = readTreeSample(trial, 'y');
  const { growing, estimation } = splitHonestly(sample, 0.5, seed);
  const criterionFor = (grown: number): Criterion => ({
    rule: 'causalHonest',
    honest: true,
    honestWeight: 0.5,
    varianceFactor: 1 + grown / estimation.length,
  });
  const rulesFor = (grown: number): SplitRules => ({
    sample,
    transformed: null,
    criterion: criterionFor(grown),
    minPerArm: 25,
    bucketSize: null,
    half: drawHalves(sample, seed),
  });
  const sorted = sortRows(sample.covariates, growing);
  const nodes = growTree(rulesFor(growing.length), sorted, 30);
  const prices = collapsePrices(nodes, valuesPerRow(nodes));
  const steps = priceSteps(prices);
  const middles = steps.map((price, step) =>
    step + 1 < steps.length ? Math.sqrt(price * (steps[step + 1] as number)) : Number.POSITIVE_INFINITY,
  );
  const scores: Record<'product' | 'square', number[][]> = { product: [], square: [] };
  for (const fold of dealFolds(sample, growing, foldCount, seed)) {
    const held = new Set(fold);
    const rest = filterSorted(sorted, (row) => !held.has(row));
    const rules = rulesFor(rest.rows.length);
    const grown = growTree(rules, rest, 30);
    const grownPrices = collapsePrices(grown, valuesPerRow(grown));
    const judged = { product: heldOutValues(rules, grown, rest.rows, fold), square: squares(rules, grown, fold) };
    for (const way of ['product', 'square'] as const)
      scores[way].push(
        middles.map((price) =>
          leavesAtPrice(grown, grownPrices, price).reduce((sum, leaf) => sum + judged[way][leaf], 0),
        ),
      );
  }
  const estimates = rowsByNode(nodes, sample.covariates, estimation).map((rows) => armDifference(sample, rows).effect);
  const everyRow = rowsByNode(
    nodes,
    sample.covariates,
    Int32Array.from({ length: rowCount }, (_, row) => row),
  );
  const note = (name: string, step: number): void => {
    const leaves = leavesAtPrice(nodes, prices, steps[step] as number);
    let squaredError = 0;
    for (const leaf of leaves)
      for (const row of everyRow[leaf] as Int32Array) squaredError += ((estimates[leaf] as number) - effects[row]) ** 2;
    const tally = tallies.get(name) ?? { roots: 0, leaves: 0, squaredError: 0 };
    tally.roots += leaves.length === 1 ? 1 : 0;
    tally.leaves += leaves.length;
    tally.squaredError += squaredError / rowCount;
    tallies.set(name, tally);
  };
  for (const way of ['product', 'square'] as const)
    for (const standardErrors of [0, 1])
      note(`${way}, ${standardErrors} s.e.`, chooseStep(scores[way], standardErrors));
  note('as grown', 0);
  note('root', steps.length - 1);
}

/** Smallest tree within so many standard errors (paired by fold) of the best. */
function chooseStep(byFold: readonly number[][], standardErrors: number): number {
  const total = (byFold[0] as number[]).map((_, step) => byFold.reduce((sum, fold) => sum + (fold[step] as number), 0));
  const best = total.reduce((leader, value, step) => (value >= (total[leader] as number) ? step : leader), 0);
  for (let step = total.length - 1; step > best; step--) {
    const losses = byFold.map((fold) => (fold[best] as number) - (fold[step] as number));
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const squared = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0);
    if (mean * losses.length <= standardErrors * Math.sqrt((squared * losses.length) / (losses.length - 1)))
      return step;
  }
  return best;
}

/** m·½·(d_h² − V_h − V_e) of every node, with s² from the growing rows; a node without an arm takes its parent's. */
function squares({ sample, criterion }: SplitRules, nodes: readonly GrownNode[], fold: Int32Array): number[] {
  const reached = rowsByNode(nodes, sample.covariates, fold);
  const centre = effectOf((nodes[0] as GrownNode).sums);
  const evidence: number[] = [];
  return nodes.map((node, index) => {
    const sums = sumRows(sample, null, reached[index] as Int32Array);
    const variance = [TREATED, CONTROL].reduce(
      (sum, arm) => sum + (armVariance(node.sums, arm) * armCount(node.sums, arm)) / armCount(sums, arm),
      0,
    );
    evidence[index] = Number.isFinite(variance)
      ? (effectOf(sums) - centre) ** 2 - variance
      : (evidence[node.parent] ?? 0);
    const ahead = (criterion.varianceFactor - 1) * effectVarianceOf(node.sums);
    return 0.5 * totalMass(sums) * ((evidence[index] as number) - ahead);
  });
}

function simulate(design: string, seed: number) {
  const random = streamFor(seed, 'bench', design);
  const at = DESIGNS[design];
  if (at === undefined) throw new Error(`no design '${design}'; there are ${Object.keys(DESIGNS).join(', ')}`);
  const rows = Array.from({ length: rowCount }, () => {
    const x = Array.from({ length: 10 }, () => random.normal());
    const treated = random.below(2);
    const { effect, baseline } = at(x);
    return { x, treated, effect, y: baseline + (treated - 0.5) * effect + random.normal() };
  });
  const columns: Record<string, number[]> = { treated: rows.map((row) => row.treated), y: rows.map((row) => row.y) };
  const names = Array.from({ length: 10 }, (_, j) => `x${j + 1}`);
  names.forEach((name, j) => {
    columns[name] = rows.map((row) => row.x[j] as number);
  });
  return {
    trial: createTrial(columns, { covariates: names, treatment: 'treated', outcomes: { y: 'y' } }),
    effects: rows.map((row) => row.effect),
  };
}
