/**
 * Rows that each bag of a forest draws, and those it does not, for models that are fitted once a bag: the same half-samples
 * as the forest's trees, drawn again from the same streams. A bag of trees that take less than their bag's half still has
 * the whole half; equalised clusters come whole, and it is the weights that equalise them.
 */
import { streamFamily } from '../../math/random.js';
import { makeSampler, type SubsamplePlan } from '../../tree/subsample.js';

export interface BagRows {
  readonly count: number;
  /** Rows of a bag, ascending; valid until the next call. */
  drawn(bag: number): Int32Array;
  /** The others, ascending; valid until the next call. */
  undrawn(bag: number): Int32Array;
}

/** @param count bags, from the first; at most those of the forest */
export function makeBagRows(plan: SubsamplePlan, seed: number, purpose: string, count: number): BagRows {
  const sampler = makeSampler({
    ...plan,
    sampleFraction: plan.treesPerBag > 1 ? 0.5 : plan.sampleFraction,
    equalizeClusterWeights: false,
  });
  const streams = streamFamily(seed, purpose, 'rows');
  const { drawnUnit, unitOf } = sampler;
  const out = new Int32Array(plan.rowCount);
  let current = -1;
  const rowsWhere = (bag: number, wanted: number): Int32Array => {
    if (bag !== current) {
      sampler.startBag(streams(bag));
      sampler.drawTree();
      current = bag;
    }
    let size = 0;
    for (let i = 0; i < plan.rowCount; i++) if (drawnUnit[unitOf ? unitOf[i] : i] === wanted) out[size++] = i;
    return out.subarray(0, size);
  };
  return { count, drawn: (bag) => rowsWhere(bag, 1), undrawn: (bag) => rowsWhere(bag, 0) };
}
