/**
 * One Markov chain over sums of small trees τ(x) = c + Σₜ gₜ(x) for Ỹᵢ = W̃ᵢτ(xᵢ) + εᵢ, εᵢ ~ N(0, σ²/ω̃ᵢ): the R-learner's
 * residuals (Nie & Wager 2021) under the prior of `prior.ts`. An iteration visits every tree: proposes to cut a leaf or to
 * join two, accepts by Metropolis and Hastings, and draws the leaves given all else (Bayesian backfitting: Chipman, George &
 * McCulloch 2010, with leaves that are slopes: Hahn, Murray & Carvalho 2020); then c, σ², v and the columns' shares.
 */
import { ADDITIVE } from '../../kernels/additive-frames.js';
import { LEAVES, NO_LEAF, paddedRows, STRETCH } from '../../kernels/additive-trees.js';
import { makeMachine, plan } from '../../kernels/machine.js';
import { drawGamma } from '../../math/gamma.js';
import { log } from '../../math/log.js';
import type { RandomStream } from '../../math/random.js';
import type { BinnedColumns } from '../../tree/binned-columns.js';
import { type DrawMoments, makeMoments } from './draw-moments.js';
import { makeDrawKeeper, type TreeDraws } from './draws.js';
import { CUT_ODDS, drawColumnShares, drawLeafVariance, LEAST_ROWS, leafEvidence, SCALE, TREES } from './prior.js';
import { drawSide } from './side.js';
import { joinLeaves, makeTrees, NODES, nodesWithTwoLeaves, sisterIsLeaf, splitLeaf } from './small-trees.js';

/** Iterations that are forgotten, and that count; of the latter every third is kept for new rows. */
const WARM_UP = 100;
const COUNTED = 300;
const KEPT_EVERY = 3;
/** Columns' shares are drawn from here on: before, cuts are too few to learn from. */
const SHARES_FROM = WARM_UP / 2;
/** Smallest σ² and v, as shares of what they start from; and σ² of data without any noise, so that nothing is divided by 0. */
const LEAST_VARIANCE = 1e-12;
const NO_NOISE = 1e-200;

export interface ChainProblem {
  readonly columns: BinnedColumns;
  /** Ỹ, W̃ and ω̃: a row's precision in units of 1/σ². */
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  readonly precision: Float64Array;
  /** How much of treatment effects are thought of: half a unit of a binary one, the root mean square of a dose. */
  readonly treatmentScale: number;
  /** Rows that are left out together: the unit of each; null: each row alone. */
  readonly units: Int32Array | null;
}

export interface ChainResult {
  readonly moments: DrawMoments;
  readonly draws: TreeDraws;
}

/** `steps` iterations, then `finish`. */
export interface ChainRun {
  readonly steps: number;
  step(): void;
  finish(): ChainResult;
}

export function startChain(problem: ChainProblem, stream: RandomStream): ChainRun {
  const { columns, outcome, treatment, precision } = problem;
  const { rowCount: n, columnCount, bins } = columns;
  const stride = paddedRows(n);
  const machine = makeMachine({
    additive: plan(ADDITIVE, {
      bins: stride * columnCount,
      weight: stride,
      product: stride,
      rest: stride,
      fitted: stride,
      leaf: stride * TREES,
      leafCount: TREES,
      value: TREES * LEAVES,
      step: LEAVES,
      sums: LEAVES,
      side: 256,
      beyond: 3,
      marked: STRETCH,
      renamed: LEAVES,
    }),
  });
  const { additive } = machine.records;
  const { cutLeaf, fitRows, renameLeaves, sumLeaves, sumLeavesAndCut } = machine.kernels;
  const { fitted, weight, product, value: values, step, sums, side, beyond, renamed } = additive;
  /** What the trees say of rows, without those behind the last. */
  const ofRows = fitted.subarray(0, n);
  additive.rowCount = n;
  additive.stride = stride;
  for (let f = 0; f < columnCount; f++) additive.bins.set(bins.subarray(f * n, (f + 1) * n), f * stride);
  for (let t = 0; t < TREES; t++) additive.leaf.fill(NO_LEAF, t * stride + n, (t + 1) * stride);

  let [weightOfAll, productOfAll, effectiveRows] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    weight[i] = precision[i] * treatment[i] * treatment[i];
    product[i] = precision[i] * treatment[i] * outcome[i];
    weightOfAll += weight[i];
    productOfAll += product[i];
    effectiveRows += precision[i];
  }
  let constant = productOfAll / weightOfAll;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += precision[i] * (outcome[i] - treatment[i] * constant) ** 2;
  const startVariance = Math.max(NO_NOISE, squares / effectiveRows);
  let noise = startVariance;
  const scaleSquare = (SCALE * SCALE * startVariance) / problem.treatmentScale ** 2 / TREES;
  let leafVariance = scaleSquare;
  const shares = new Float64Array(columnCount).fill(1 / columnCount);
  const cuts = new Int32Array(columnCount);

  const trees = makeTrees(TREES);
  const weights = new Float64Array(TREES * LEAVES);
  const rows = new Float64Array(TREES * LEAVES);
  for (let tree = 0; tree < TREES; tree++) {
    weights[tree * LEAVES] = weightOfAll;
    rows[tree * LEAVES] = n;
  }
  const joinable = new Int32Array(NODES);
  const moments = makeMoments(problem, constant, startVariance);
  const keeper = makeDrawKeeper();
  /** The tree whose steps rows have yet to take, of how many leaves (1: none has), and what all rows have yet to take. */
  let before = 0;
  let leavesBefore = 1;
  let offset = 0;
  /** Σ ω̃W̃r of all rows. */
  let restOfAll = 0;
  let iteration = 0;
  bringUpToDate();

  /** U of a leaf: what its rows leave when the tree itself is taken away. */
  const sumOf = (tree: number, leaf: number): number =>
    sums[leaf] + weights[tree * LEAVES + leaf] * values[tree * LEAVES + leaf];

  const evidence = (ofWeight: number, ofSum: number): number =>
    leafEvidence(ofWeight, ofSum, leafVariance / noise, noise);

  function visit(tree: number): void {
    const leaves = trees.leafCount[tree];
    const inner = nodesWithTwoLeaves(trees, tree, joinable);
    if (inner === 0 || stream.uniform() < 0.5) proposeCut(tree, leaves, inner);
    else proposeJoin(tree, leaves, inner);
    drawLeaves(tree);
  }

  /** Sums of a tree's leaves, as all steps before leave them: rows' sums know nothing of the offset. */
  function takeSums(tree: number, leaves: number): void {
    leavesBefore = 1;
    sums[0] = restOfAll;
    for (let leaf = 1; leaf < leaves; leaf++) {
      sums[leaf] -= offset * weights[tree * LEAVES + leaf];
      sums[0] -= sums[leaf];
    }
  }

  /** Probability of proposing a cut, by leaves. */
  const cutShare = (leaves: number): number => (leaves === 1 ? 1 : 0.5);

  /** @param odds of the posterior, as a logarithm; @param proposals of proposing the way back to proposing this */
  const isAccepted = (odds: number, proposals: number): boolean => log((1 - stream.uniform()) / proposals) < odds;

  function proposeCut(tree: number, leaves: number, inner: number): void {
    const column = pickColumn();
    if (leaves === LEAVES || !drawSide(columns, column, stream, side)) {
      sumLeaves(additive, before, leavesBefore, tree, leaves);
      takeSums(tree, leaves);
      return;
    }
    const cut = stream.below(leaves);
    sumLeavesAndCut(additive, before, leavesBefore, tree, leaves, cut, column);
    takeSums(tree, leaves);
    const rightWeight = beyond[1];
    const rightRows = beyond[2];
    const rest = beyond[0] - offset * rightWeight;
    const at = tree * LEAVES + cut;
    if (rightRows < LEAST_ROWS || rows[at] - rightRows < LEAST_ROWS) return;
    const node = trees.nodeOf[at];
    const sum = sumOf(tree, cut);
    const right = rest + rightWeight * values[at];
    // Where all weight is on the right, rounding may leave less than none.
    const leftWeight = Math.max(0, weights[at] - rightWeight);
    const innerAfter = inner + (sisterIsLeaf(trees, tree, node) ? 0 : 1);
    const odds =
      evidence(leftWeight, sum - right) +
      evidence(rightWeight, right) -
      evidence(weights[at], sum) +
      CUT_ODDS[trees.depth[tree * NODES + node]];
    if (!isAccepted(odds, (0.5 * leaves) / (innerAfter * cutShare(leaves)))) return;
    splitLeaf(trees, tree, cut, column, side);
    cutLeaf(additive, tree, cut, column, leaves);
    cuts[column]++;
    const added = tree * LEAVES + leaves;
    values[added] = values[at];
    weights[added] = rightWeight;
    weights[at] = leftWeight;
    rows[added] = rightRows;
    rows[at] -= rightRows;
    sums[leaves] = rest;
    sums[cut] -= rest;
  }

  function proposeJoin(tree: number, leaves: number, inner: number): void {
    sumLeaves(additive, before, leavesBefore, tree, leaves);
    takeSums(tree, leaves);
    const node = joinable[stream.below(inner)];
    const first = tree * NODES;
    const left = first + trees.child[first + node];
    const a = trees.leaf[left];
    const b = trees.leaf[left + 1];
    const atA = tree * LEAVES + a;
    const atB = tree * LEAVES + b;
    const sumA = sumOf(tree, a);
    const sumB = sumOf(tree, b);
    const odds =
      evidence(weights[atA] + weights[atB], sumA + sumB) -
      evidence(weights[atA], sumA) -
      evidence(weights[atB], sumB) -
      CUT_ODDS[trees.depth[first + node]];
    if (!isAccepted(odds, (inner * cutShare(leaves - 1)) / (0.5 * (leaves - 1)))) return;
    cuts[trees.column[first + node]]--;
    join(tree, node, a, b);
  }

  /** The leaf that loses its number goes to the other's value first, so that one number is left to change. */
  function join(tree: number, node: number, a: number, b: number): void {
    const kept = Math.min(a, b);
    const freed = Math.max(a, b);
    const last = trees.leafCount[tree] - 1;
    const [atKept, atFreed, atLast] = [tree * LEAVES + kept, tree * LEAVES + freed, tree * LEAVES + last];
    const change = values[atKept] - values[atFreed];
    note(freed, weights[atFreed], change);
    joinLeaves(trees, tree, node, renamed);
    renameLeaves(additive, tree, freed, change);
    sums[kept] += sums[freed];
    rows[atKept] += rows[atFreed];
    weights[atKept] += weights[atFreed];
    sums[freed] = sums[last];
    rows[atFreed] = rows[atLast];
    weights[atFreed] = weights[atLast];
    values[atFreed] = values[atLast];
  }

  /** Counts a change of a leaf's value in Σ ω̃r² and in the leaf's own sum. */
  function note(leaf: number, ofWeight: number, change: number): void {
    squares += change * (change * ofWeight - 2 * sums[leaf]);
    sums[leaf] -= change * ofWeight;
  }

  /** The first leaf's step is every row's, so that of a root no row need be told, and the others' differ from it. */
  function drawLeaves(tree: number): void {
    const leaves = trees.leafCount[tree];
    restOfAll = 0;
    for (let leaf = 0; leaf < leaves; leaf++) {
      const at = tree * LEAVES + leaf;
      const accuracy = 1 / leafVariance + weights[at] / noise;
      const drawn = sumOf(tree, leaf) / noise / accuracy + stream.normal() / Math.sqrt(accuracy);
      step[leaf] = drawn - values[at];
      note(leaf, weights[at], step[leaf]);
      values[at] = drawn;
      restOfAll += sums[leaf];
    }
    for (let leaf = 1; leaf < leaves; leaf++) step[leaf] -= step[0];
    offset += step[0];
    before = tree;
    leavesBefore = leaves;
  }

  function pickColumn(): number {
    let left = stream.uniform();
    for (let f = 0; f < columnCount - 1; f++) {
      left -= shares[f];
      if (left < 0) return f;
    }
    return columnCount - 1;
  }

  /** c given the trees. */
  function drawConstant(): void {
    const change = restOfAll / weightOfAll + stream.normal() * Math.sqrt(noise / weightOfAll);
    constant += change;
    squares += change * (change * weightOfAll - 2 * restOfAll);
    restOfAll -= change * weightOfAll;
    offset += change;
  }

  /** What the trees say of each row, without what rounding has left in rows and offset since the last time. */
  function bringUpToDate(): void {
    let base = constant;
    for (let tree = 0; tree < TREES; tree++) base += values[tree * LEAVES];
    additive.leafCount.set(trees.leafCount);
    restOfAll = fitRows(additive, TREES, base);
    leavesBefore = 1;
    offset = 0;
  }

  function drawVariances(): void {
    noise = Math.max(LEAST_VARIANCE * startVariance, squares / 2 / drawGamma(stream, effectiveRows / 2));
    let [leaves, ofValues] = [0, 0];
    for (let tree = 0; tree < TREES; tree++)
      for (let leaf = 0; leaf < trees.leafCount[tree]; leaf++) {
        leaves++;
        ofValues += values[tree * LEAVES + leaf] ** 2;
      }
    leafVariance = Math.max(
      LEAST_VARIANCE * scaleSquare,
      drawLeafVariance(stream, leafVariance, scaleSquare, leaves, ofValues),
    );
  }

  return {
    steps: WARM_UP + COUNTED,
    step() {
      for (let tree = 0; tree < TREES; tree++) visit(tree);
      drawConstant();
      drawVariances();
      if (iteration >= SHARES_FROM) drawColumnShares(stream, cuts, shares);
      iteration++;
      if (iteration <= WARM_UP) return;
      bringUpToDate();
      squares = moments.add(ofRows, noise);
      if ((iteration - WARM_UP) % KEPT_EVERY === 0) keeper.keep(constant, trees, values, LEAVES);
    },
    finish() {
      const result = { moments: moments.finish(), draws: keeper.finish() };
      machine.release();
      return result;
    },
  };
}
