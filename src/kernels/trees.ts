/** Room in trees: taken from the front; who asks for more than there is gets −1. */
import type { Trees } from './frames.js';

/** Room for `count` nodes side by side; returns the first one's index. */
export function addNodes(t: Trees, count: i32): i32 {
  const first: i32 = t.nodeCount;
  if (first + count > t.nodeRoom) return -1;
  t.nodeCount = first + count;
  return first;
}

/** Room for one leaf's moments; returns the leaf's index. */
export function addLeaf(t: Trees): i32 {
  const leaf: i32 = t.leafCount;
  if (leaf >= t.leafRoom) return -1;
  t.leafCount = leaf + 1;
  return leaf;
}

/** Copies a level set; returns where its words start. */
export function addLevelSet(t: Trees, words: I32, from: i32, count: i32): i32 {
  const { levelSets } = t;
  const start: i32 = t.wordCount;
  if (start + count > t.wordRoom) return -1;
  t.wordCount = start + count;
  for (let k: i32 = 0; k < count; k++) levelSets[start + k] = words[from + k];
  return start;
}
