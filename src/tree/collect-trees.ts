/**
 * Puts a forest's trees behind one another as batch after batch is copied out of a machine: arrays are made once, with room
 * for as many trees of the first batch's size as are expected, so that no forest is ever held twice. Room that is never
 * written takes no memory; of small forests, arrays are cut to size.
 */
import type { Trees } from '../kernels/frames.js';
import type { PackedTrees } from './packed-trees.js';

export interface TreeCollector {
  /** Copies a batch's trees, at least one. */
  add(batch: Trees): void;
  /** All trees since the last call. */
  finish(): PackedTrees;
}

type Numbers = Int32Array | Uint32Array | Uint8Array | Float64Array;

/** Room beyond what the trees so far let expect, as a share. */
const SLACK = 1 / 32;
/** Arrays that are longer stay as they are, and so does the room behind them. */
const SMALL = 1 << 20;

/** The array, or a longer one where it is too short: as long as expected, and half as long again at least. */
function makeRoom<T extends Numbers>(array: T, length: number, expected: number): T {
  if (length <= array.length) return array;
  const longer = new (array.constructor as new (length: number) => T)(
    Math.max(length, Math.ceil(expected), array.length + (array.length >> 1)),
  );
  longer.set(array);
  return longer;
}

const cut = <T extends Numbers>(array: T, length: number): T =>
  (length < SMALL ? array.slice(0, length) : array.subarray(0, length)) as T;

/**
 * @param expectedTrees how many trees there will be; a guess that is off costs time only
 * @param levelCount levels of each column, 0 of a number
 */
export function collectTrees(expectedTrees: number, levelCount: Int32Array, momentCount: number): TreeCollector {
  let roots: number[] = [];
  let nodes = 0;
  let leaves = 1;
  let words = 0;
  let feature = new Int32Array(0);
  let threshold = new Int32Array(0);
  let child = new Int32Array(0);
  let missingRight = new Uint8Array(0);
  let levelSets = new Uint32Array(0);
  let moments = new Float64Array(momentCount);

  function reserve(batch: Trees): void {
    const times = (1 + SLACK) * Math.max(1, (expectedTrees - roots.length) / batch.treeCount);
    const nodeRoom = [nodes + batch.nodeCount, nodes + times * batch.nodeCount] as const;
    feature = makeRoom(feature, ...nodeRoom);
    threshold = makeRoom(threshold, ...nodeRoom);
    child = makeRoom(child, ...nodeRoom);
    missingRight = makeRoom(missingRight, ...nodeRoom);
    levelSets = makeRoom(levelSets, words + batch.wordCount, words + times * batch.wordCount);
    const added = batch.leafCount - 1;
    moments = makeRoom(moments, (leaves + added) * momentCount, (leaves + times * added) * momentCount);
  }

  return {
    add(batch) {
      reserve(batch);
      const { treeCount, nodeCount, leafCount, wordCount } = batch;
      for (let t = 0; t < treeCount; t++) roots.push(batch.root[t] + nodes);
      for (let k = 0; k < nodeCount; k++) {
        const f = batch.feature[k];
        const at = batch.child[k];
        threshold[nodes + k] = batch.threshold[k] + (f >= 0 && levelCount[f] > 0 ? words : 0);
        child[nodes + k] = f < 0 ? (at > 0 ? at + leaves - 1 : 0) : at + nodes;
      }
      feature.set(batch.feature.subarray(0, nodeCount), nodes);
      missingRight.set(batch.missingRight.subarray(0, nodeCount), nodes);
      levelSets.set(batch.levelSets.subarray(0, wordCount), words);
      moments.set(batch.moments.subarray(momentCount, leafCount * momentCount), leaves * momentCount);
      nodes += nodeCount;
      leaves += leafCount - 1;
      words += wordCount;
    },
    finish() {
      const trees = {
        treeCount: roots.length,
        root: Int32Array.from([...roots, nodes]),
        feature: cut(feature, nodes),
        threshold: cut(threshold, nodes),
        child: cut(child, nodes),
        missingRight: cut(missingRight, nodes),
        levelSets: cut(levelSets, words),
        momentCount,
        moments: cut(moments, leaves * momentCount),
      };
      roots = [];
      nodes = words = 0;
      leaves = 1;
      feature = new Int32Array(0);
      threshold = new Int32Array(0);
      child = new Int32Array(0);
      missingRight = new Uint8Array(0);
      levelSets = new Uint32Array(0);
      moments = new Float64Array(momentCount);
      return trees;
    },
  };
}
