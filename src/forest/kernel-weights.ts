/**
 * The forest as a kernel: how much each training row weighs at a point x,
 *   α_j(x) = mean over trees of 1{j fills the leaf of x}/|leaf|
 * (Athey, Tibshirani & Wager 2019, §2.1). They sum to 1. For a causal forest, a regression of Ỹ on W̃ with intercept and
 * weights α_j(x)·q_j gives τ̂(x) exactly; for a regression forest the weighted mean of Y is the prediction.
 * Cost: O(trees · rows that fill a tree), memory O(points · training rows).
 */
import type { CodedRows } from '../tree/ranked-columns.js';
import { senderFor } from '../tree/row-sender.js';
import { eachTreeDraw, type Forest } from './forest.js';

/**
 * @param training codes of the training rows
 * @param points codes of the points; for out-of-bag weights the training rows themselves
 * @param chosen which rows of `points`
 * @param outOfBag use, for each point, only the trees that did not draw it
 * @returns one weight per training row for each chosen point; NaN throughout where no tree has a leaf for it
 */
export function kernelWeights(
  forest: Forest,
  training: CodedRows,
  points: CodedRows,
  chosen: Int32Array,
  outOfBag: boolean,
): Float64Array[] {
  const weights = Array.from(chosen, () => new Float64Array(training.rowCount));
  const treeCount = new Int32Array(chosen.length);
  const { trees, coding } = forest;
  const placeOf = new Map(Array.from(chosen, (row, place) => [row, place]));
  const sendPoints = senderFor(points, coding, trees, chosen.length);
  const sendFill = senderFor(training, coding, trees, training.rowCount);
  const pointsAt = new Map<number, number[]>();
  eachTreeDraw(forest, ({ tree, isDrawn, fill }) => {
    pointsAt.clear();
    let count = 0;
    for (const row of chosen) if (!(outOfBag && isDrawn[row] === 1)) sendPoints.buffer[count++] = row;
    sendPoints.descend(tree, count, (leaf, rows, start, end) => {
      if (leaf === 0) return;
      const places = Array.from(rows.subarray(start, end), (row) => placeOf.get(row) as number);
      pointsAt.set(leaf, places);
      for (const place of places) treeCount[place]++;
    });
    sendFill.buffer.set(fill);
    sendFill.descend(tree, fill.length, (leaf, rows, start, end) => {
      for (const place of pointsAt.get(leaf) ?? [])
        for (let k = start; k < end; k++) weights[place][rows[k]] += 1 / (end - start);
    });
  });
  weights.forEach((row, place) => {
    for (let j = 0; j < row.length; j++) row[j] /= treeCount[place];
  });
  return weights;
}
