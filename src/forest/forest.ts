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
  /** Per row: 1 where the tree drew it (for clusters: the row's cluster), else 0. */
  readonly isDrawn: Uint8Array;
  /** The units it drew, either half: rows, or clusters where there are any. */
  readonly units: Int32Array;
  /** The rows that fill its leaves. */
  readonly fill: Int32Array;
}

/** Calls `visit` for every tree, in order. */
export function eachTreeDraw({ draws, trees }: Forest, visit: (draw: TreeDraw) => void): void {
  if (draws.kind === 'listed') {
    const isDrawn = new Uint8Array(draws.rowCount);
    draws.drawn.forEach((units, tree) => {
      isDrawn.fill(0);
      for (const row of units) isDrawn[row] = 1;
      visit({ tree, isDrawn, units, fill: draws.fill[tree] });
    });
    return;
  }
  const { plan, seed, purpose } = draws;
  const sampler = makeSampler(plan);
  const streams = streamFamily(seed, purpose, 'rows');
  const { drawnUnit, unitOf } = sampler;
  const isDrawn = unitOf ? new Uint8Array(unitOf.length) : drawnUnit;
  for (let tree = 0; tree < trees.treeCount; ) {
    const stream = streams(tree / plan.treesPerBag);
    sampler.startBag(stream);
    for (let k = 0; k < plan.treesPerBag; k++, tree++) {
      const { units, fill } = sampler.drawTree();
      if (unitOf) for (let i = 0; i < unitOf.length; i++) isDrawn[i] = drawnUnit[unitOf[i]];
      visit({ tree, isDrawn, units, fill });
    }
  }
}
