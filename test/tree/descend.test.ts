/** Rows sent down a tree all at once end where a walk by raw values ends: new rows, missing values, unseen levels. */
import { describe, expect, test } from 'vitest';
import { streamFamily } from '../../src/math/random.js';
import { makeDescender } from '../../src/tree/descend.js';
import { makeTreeFiller } from '../../src/tree/fill.js';
import { meanMoments } from '../../src/tree/leaf-moments.js';
import { TreeWriter } from '../../src/tree/packed-trees.js';
import { codeRows } from '../../src/tree/ranked-columns.js';
import { makeRowSplitter } from '../../src/tree/split-rows.js';
import {
  categoryColumn,
  drawColumn,
  drawn,
  drawOutcome,
  drawRows,
  numberColumn,
} from '../support/generated-problem.js';
import { growTree, treeOptions } from '../support/grow.js';
import { goesLeft, leafNodeOf, TryAllStream } from '../support/walk.js';

const N = 150;
const NEW = 400;
const streams = streamFamily(1, 'descend');

/** A tree on mixed columns, filled without pruning (so that some leaves are empty), and new rows for it. */
function example(seed: number) {
  const stream = streams(seed);
  const covariates = (['missing', 'category', 'manyLevels', 'ties'] as const).map((kind, f) =>
    drawColumn(kind, `x${f}`, N, stream),
  );
  const outcome = drawOutcome(covariates, new Float64Array(N), stream, 3);
  const options = treeOptions({ mtry: 4, minNodeSize: 2 });
  const rows = drawRows(N, stream);
  const problem = { target: 'mean', covariates, outcome, treatment: outcome, weight: null, options } as const;
  const { writer, root, columns } = growTree(problem, rows.slice(0, 100), new TryAllStream(seed, 1, 1));
  const out = new TreeWriter(2);
  const fillTree = makeTreeFiller(columns, meanMoments(outcome, null), { prune: false, enough: null }, N);
  fillTree(writer, root, rows.slice(100), out);
  const missingOr = (value: number) => (stream.uniform() < 0.3 ? Number.NaN : value);
  const fresh = [
    numberColumn(
      'x0',
      drawn(NEW, () => missingOr(stream.normal() * 3)),
    ),
    categoryColumn(
      'x1',
      drawn(NEW, () => stream.below(9) - 1),
      8,
    ),
    categoryColumn(
      'x2',
      drawn(NEW, () => stream.below(60) - 1),
      59,
    ),
    // x3 was never missing in training: missing goes left.
    numberColumn(
      'x3',
      drawn(NEW, () => missingOr(stream.below(20) / 2 - 5)),
    ),
  ];
  return { trees: out.finish(), coding: columns.coding, fresh, coded: codeRows(fresh, columns.coding, NEW), stream };
}

describe.each([0, 1, 2, 3, 4])('tree %i', (seed) => {
  const { trees, coding, fresh, coded, stream } = example(seed);
  const chosen = drawRows(NEW, stream, 300);

  test('descend', () => {
    const descender = makeDescender(trees, coding, coded, NEW);
    const leafOf = new Map<number, number>();
    descender.rows.set(chosen);
    descender.descend(0, chosen.length, (leaf, buffer, start, end) => {
      expect(end).toBeGreaterThan(start);
      for (const row of buffer.subarray(start, end)) {
        expect(leafOf.has(row)).toBe(false);
        leafOf.set(row, leaf);
      }
    });
    expect(leafOf.size).toBe(chosen.length);
    for (const row of chosen) expect(leafOf.get(row)).toBe(trees.child[leafNodeOf(trees, 0, fresh, coding, row)]);
    expect(new Set(leafOf.values()).size).toBeGreaterThan(5);
    descender.descend(0, 0, () => expect.unreachable('no rows, no leaves'));
  });

  test('one split: left rows first, in their order; every row once', () => {
    const splitRows = makeRowSplitter(coded.code, coded.rowCount, coding);
    for (let node = 0; node < trees.feature.length; node++) {
      if (trees.feature[node] < 0) continue;
      const to = new Int32Array(chosen.length).fill(-9);
      const middle = splitRows(trees, node, chosen, to, 10, 290);
      const isLeft = (row: number) => goesLeft(trees, node, fresh, coding, row);
      const window = [...chosen.slice(10, 290)];
      expect([...to.slice(10, middle)]).toEqual(window.filter(isLeft));
      expect([...to.slice(middle, 290)].reverse()).toEqual(window.filter((row) => !isLeft(row)));
      expect([...to.slice(0, 10), ...to.slice(290)].every((row) => row === -9)).toBe(true);
    }
  });
});
