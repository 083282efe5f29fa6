/** Filling and pruning against their plain definition: bottom up, a node with an empty child becomes its other child. */
import { describe, expect, test } from 'vitest';
import { RandomStream, streamFamily } from '../../src/math/random.js';
import { drawColumn, drawOutcome, drawRows, drawTreatment } from '../support/generated-problem.js';
import { growAndFill, treeOptions } from '../support/grow.js';
import { goesLeft } from '../support/walk.js';

type Filled =
  | { readonly rows: readonly number[] | null }
  | { readonly split: number; readonly left: Filled; readonly right: Filled };

/** What the grown node becomes when these rows fill it; null where it ends up without a leaf. */
type Rule = (split: number, rows: readonly number[], left: () => Filled, right: () => Filled) => Filled;

interface Example {
  readonly seed: number;
  readonly honest: number;
}

const streams = streamFamily(1, 'fill');

function exampleOf({ seed, honest }: Example, prune = true, leastPerArm = -1) {
  const stream = streams(seed);
  const n = 120;
  const covariates = (['missing', 'category', 'ties', 'manyLevels'] as const).map((kind, f) =>
    drawColumn(kind, `x${f}`, n, stream),
  );
  const treatment = drawTreatment('binary', n, stream);
  const outcome = drawOutcome(covariates, treatment, stream);
  const problem = {
    target: 'mean',
    covariates,
    outcome,
    treatment,
    weight: null,
    options: treeOptions({ mtry: 4, honestyPruneLeaves: prune }),
    leastPerArm,
  } as const;
  const rows = drawRows(n, stream);
  const fill = rows.slice(80, 80 + honest);
  const tree = growAndFill(problem, { grow: rows.slice(0, 80), fill }, new RandomStream(seed, 0, 0));
  return { ...tree, covariates, outcome, treatment, fillRows: [...fill] };
}

const LEAST = 2;

/** Fills by the engine and by the rule, from the grown tree's root, and compares split by split. */
function compare(
  example: Example,
  prune: boolean,
  enough: ((rows: readonly number[]) => boolean) | null,
  rule: Rule,
): number {
  const {
    nodes: grown,
    root,
    filled: out,
    columns,
    covariates,
    outcome,
    fillRows,
  } = exampleOf(example, prune, enough ? LEAST : -1);

  const plain = (node: number, rows: readonly number[]): Filled => {
    if (grown.feature[node] < 0) return { rows: rows.length > 0 && (!enough || enough(rows)) ? rows : null };
    const isLeft = (row: number) => goesLeft(grown, node, covariates, columns.coding, row);
    const child = grown.child[node];
    const left = () => plain(child, rows.filter(isLeft));
    const right = () =>
      plain(
        child + 1,
        rows.filter((row) => !isLeft(row)),
      );
    return rule(node, rows, left, right);
  };
  let nodes = 0;
  const expectSame = (node: number, expected: Filled): void => {
    nodes++;
    if ('rows' in expected) {
      expect(out.feature[node]).toBe(-1);
      if (expected.rows === null) {
        expect(out.child[node]).toBe(0);
        return;
      }
      const at = 2 * out.child[node];
      const total = expected.rows.reduce((sum, row) => sum + outcome[row], 0);
      expect(out.moments[at]).toBeCloseTo(1, 12);
      expect(out.moments[at + 1]).toBeCloseTo(total / expected.rows.length, 12);
      return;
    }
    expect(out.feature[node]).toBe(grown.feature[expected.split]);
    // The copied split sends every row where the grown one did.
    const agrees = (row: number) =>
      goesLeft(out, node, covariates, columns.coding, row) ===
      goesLeft(grown, expected.split, covariates, columns.coding, row);
    expect([...outcome.keys()].every(agrees)).toBe(true);
    expectSame(out.child[node], expected.left);
    expectSame(out.child[node] + 1, expected.right);
  };
  expectSame(0, plain(root, fillRows));
  expect(out.feature.length).toBe(nodes);
  return nodes;
}

const isEmpty = (filled: Filled): boolean => 'rows' in filled && filled.rows === null;

describe.each([40, 12, 3, 1, 0])('%i rows to fill with', (honest) => {
  test('pruned', () => {
    for (let seed = 0; seed < 6; seed++)
      compare({ seed, honest }, true, null, (split, _, left, right) => {
        const [l, r] = [left(), right()];
        if (isEmpty(l)) return r;
        return isEmpty(r) ? l : { split, left: l, right: r };
      });
  });

  test('not pruned: the grown tree, with empty leaves', () => {
    for (let seed = 0; seed < 6; seed++) {
      const nodes = compare({ seed, honest }, false, null, (split, _, left, right) => ({
        split,
        left: left(),
        right: right(),
      }));
      expect(nodes).toBe(exampleOf({ seed, honest }).nodes.feature.length);
    }
  });

  test.each([true, false])('where a side has too few rows of an arm the node is a leaf (pruned: %s)', (prune) => {
    for (let seed = 0; seed < 6; seed++) {
      const { nodes, columns, covariates, treatment } = exampleOf({ seed, honest }, prune, LEAST);
      const enough = (rows: readonly number[]) => {
        const treated = rows.reduce((sum, row) => sum + treatment[row], 0);
        return treated >= LEAST && rows.length - treated >= LEAST;
      };
      compare({ seed, honest }, prune, enough, (split, rows, left, right) => {
        const onLeft = rows.filter((row) => goesLeft(nodes, split, covariates, columns.coding, row));
        const onRight = rows.filter((row) => !onLeft.includes(row));
        if (prune && onLeft.length === 0) return right();
        if (prune && onRight.length === 0) return left();
        if (!enough(onLeft) || !enough(onRight)) return { rows: enough(rows) ? rows : null };
        return { split, left: left(), right: right() };
      });
    }
  });
});
