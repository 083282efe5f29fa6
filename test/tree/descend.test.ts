/** Rows sent down a tree all at once end where a walk by raw values ends: new rows, missing values, unseen levels. */
import { describe, expect, test } from 'vitest';
import { COLUMNS, SENDER, TREES } from '../../src/kernels/frames.js';
import { plainFrame } from '../../src/kernels/machine.js';
import { splitRows } from '../../src/kernels/send-rows.js';
import { RandomStream, streamFamily } from '../../src/math/random.js';
import { loadCodes } from '../../src/tree/load-columns.js';
import { codeRows } from '../../src/tree/ranked-columns.js';
import { senderFor } from '../../src/tree/row-sender.js';
import {
  categoryColumn,
  drawColumn,
  drawn,
  drawOutcome,
  drawRows,
  numberColumn,
} from '../support/generated-problem.js';
import { growAndFill, treeOptions } from '../support/grow.js';
import { goesLeft, leafNodeOf } from '../support/walk.js';

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
  const options = treeOptions({ mtry: 4, minNodeSize: 2, honestyPruneLeaves: false });
  const rows = drawRows(N, stream);
  const problem = { target: 'mean', covariates, outcome, treatment: outcome, weight: null, options } as const;
  const { filled: trees, columns } = growAndFill(
    problem,
    { grow: rows.slice(0, 100), fill: rows.slice(100) },
    new RandomStream(seed, 1, 1),
  );
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
  return { trees, coding: columns.coding, fresh, coded: codeRows(fresh, columns.coding, NEW), stream };
}

describe.each([0, 1, 2, 3, 4])('tree %i', (seed) => {
  const { trees, coding, fresh, coded, stream } = example(seed);
  const chosen = drawRows(NEW, stream, 300);

  test('descend', () => {
    const sender = senderFor(coded, coding, trees, NEW);
    const leafOf = new Map<number, number>();
    sender.buffer.set(chosen);
    sender.descend(0, chosen.length, (leaf, buffer, start, end) => {
      expect(end).toBeGreaterThan(start);
      for (const row of buffer.subarray(start, end)) {
        expect(leafOf.has(row)).toBe(false);
        leafOf.set(row, leaf);
      }
    });
    expect(leafOf.size).toBe(chosen.length);
    for (const row of chosen) expect(leafOf.get(row)).toBe(trees.child[leafNodeOf(trees, 0, fresh, coding, row)]);
    expect(new Set(leafOf.values()).size).toBeGreaterThan(5);
    sender.descend(0, 0, () => expect.unreachable('no rows, no leaves'));
  });

  test('one split: left rows first, in their order; every row once, and nothing else moves', () => {
    const sender = plainFrame(SENDER, { buffer: 2 * 300 });
    sender.half = 300;
    const columns = plainFrame(COLUMNS, { code: coded.code.length, levelCount: coding.levelCount.length });
    loadCodes(coded, coding, columns);
    const records = { ...plainFrame(TREES, {}), ...trees, levelSets: new Int32Array(trees.levelSets.buffer) };
    const window = [...chosen.slice(10, 290)];
    for (let node = 0; node < trees.feature.length; node++) {
      if (trees.feature[node] < 0) continue;
      sender.buffer.fill(-9);
      sender.buffer.set(chosen);
      const left = splitRows(sender, columns, records, node, 10, 290);
      const to = sender.buffer.subarray(sender.half);
      const isLeft = (row: number) => goesLeft(trees, node, fresh, coding, row);
      expect([...to.slice(10, 10 + left)]).toEqual(window.filter(isLeft));
      expect([...to.slice(10 + left, 290)].reverse()).toEqual(window.filter((row) => !isLeft(row)));
      expect([...to.slice(0, 10), ...to.slice(290)].every((row) => row === -9)).toBe(true);
      expect([...sender.buffer.slice(0, 300)]).toEqual([...chosen]);
      // And back again, from the second half into the first.
      const again = splitRows(sender, columns, records, node, sender.half + 10, sender.half + 290);
      expect(again).toBe(left);
      expect([...sender.buffer.slice(10, 10 + left)]).toEqual(window.filter(isLeft));
    }
  });
});
