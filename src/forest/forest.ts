/** A trained forest as plain data: packed trees, how columns are coded, and how to draw each tree's rows again. */
import { streamFamily } from '../math/random.js';
import type { PackedTrees } from '../tree/packed-trees.js';
import type { ColumnCoding } from '../tree/ranked-columns.js';
import { makeSampler, type SubsamplePlan } from '../tree/subsample.js';

/**
 * Rows of each tree. A forest trained here draws them again from its seed (`plan`, `seed`, `purpose`);
 * one that was trained elsewhere lists them.
 */
export type TreeDraws =
  | { readonly kind: 'seeded'; readonly plan: SubsamplePlan; readonly seed: number; readonly purpose: string }
  | {
      readonly kind: 'listed';
      readonly rowCount: number;
      readonly treesPerBag: number;
      /** Rows each tree drew (either half), and the rows that fill its leaves. */
      readonly drawn: readonly Int32Array[];
      readonly fill: readonly Int32Array[];
    };

export interface Forest {
  readonly trees: PackedTrees;
  readonly coding: ColumnCoding;
  readonly draws: TreeDraws;
}

export const treesPerBag = ({ draws }: Forest): number =>
  draws.kind === 'seeded' ? draws.plan.treesPerBag : draws.treesPerBag;

/**
 * Calls `visit` for every tree in order with `isDrawn(row)`, whether the tree drew the row (for clusters: the row's
 * cluster), and the rows that fill its leaves. Both are valid inside the call only.
 */
export function eachTreeDraw(
  { draws, trees }: Forest,
  visit: (tree: number, isDrawn: (row: number) => boolean, fill: Int32Array) => void,
): void {
  if (draws.kind === 'listed') {
    const drawn = new Uint8Array(draws.rowCount);
    const isDrawn = (row: number) => drawn[row] === 1;
    draws.drawn.forEach((rows, tree) => {
      for (const row of rows) drawn[row] = 1;
      visit(tree, isDrawn, draws.fill[tree]);
      for (const row of rows) drawn[row] = 0;
    });
    return;
  }
  const { plan, seed, purpose } = draws;
  const sampler = makeSampler(plan);
  const streams = streamFamily(seed, purpose, 'rows');
  const { drawnUnit, unitOf } = sampler;
  const isDrawn = unitOf ? (row: number) => drawnUnit[unitOf[row]] === 1 : (row: number) => drawnUnit[row] === 1;
  for (let bag = 0; bag < trees.treeCount / plan.treesPerBag; bag++)
    sampler.drawBag(streams(bag), (treeInBag, rows) => visit(bag * plan.treesPerBag + treeInBag, isDrawn, rows.fill));
}
