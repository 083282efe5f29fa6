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

export const trainingRows = ({ draws }: Forest): number =>
  draws.kind === 'seeded' ? draws.plan.rowCount : draws.rowCount;

/** One tree's draw. Everything is valid inside the call that hands it out only. */
export interface TreeDraw {
  readonly tree: number;
  /** Whether the tree drew the row (for clusters: the row's cluster). */
  isDrawn(row: number): boolean;
  /** The units it drew, either half: rows, or clusters where there are any. */
  readonly units: Int32Array;
  /** The rows that fill its leaves. */
  readonly fill: Int32Array;
}

/** Calls `visit` for every tree, in order. */
export function eachTreeDraw({ draws, trees }: Forest, visit: (draw: TreeDraw) => void): void {
  if (draws.kind === 'listed') {
    const drawn = new Uint8Array(draws.rowCount);
    const isDrawn = (row: number) => drawn[row] === 1;
    draws.drawn.forEach((units, tree) => {
      for (const row of units) drawn[row] = 1;
      visit({ tree, isDrawn, units, fill: draws.fill[tree] });
      for (const row of units) drawn[row] = 0;
    });
    return;
  }
  const { plan, seed, purpose } = draws;
  const sampler = makeSampler(plan);
  const streams = streamFamily(seed, purpose, 'rows');
  const { drawnUnit, unitOf } = sampler;
  const isDrawn = unitOf ? (row: number) => drawnUnit[unitOf[row]] === 1 : (row: number) => drawnUnit[row] === 1;
  for (let bag = 0; bag < trees.treeCount / plan.treesPerBag; bag++)
    sampler.drawBag(streams(bag), (treeInBag, { units, fill }) =>
      visit({ tree: bag * plan.treesPerBag + treeInBag, isDrawn, units, fill }),
    );
}
