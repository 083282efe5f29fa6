/**
 * Rows that each bag of a forest draws, and those it does not, for models that are fitted once a bag: the same half-samples
 * as the forest's trees, drawn again from the same streams. A bag of trees that take less than their bag's half still has
 * the whole half; equalised clusters come whole, and it is the weights that equalise them.
 * A bag is drawn when it is first asked for, and kept as one bit a row.
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
  const { rowCount } = plan;
  const sampler = makeSampler({
    ...plan,
    sampleFraction: plan.treesPerBag > 1 ? 0.5 : plan.sampleFraction,
    equalizeClusterWeights: false,
  });
  const streams = streamFamily(seed, purpose, 'rows');
  const { drawnUnit, unitOf } = sampler;
  const words = (rowCount + 31) >>> 5;
  const bits = new Int32Array(count * words);
  const isKept = new Uint8Array(count);
  const out = new Int32Array(rowCount);

  function draw(bag: number): void {
    sampler.startBag(streams(bag));
    sampler.drawTree();
    const at = bag * words;
    for (let i = 0; i < rowCount; i++) bits[at + (i >>> 5)] |= drawnUnit[unitOf ? unitOf[i] : i] << (i & 31);
    isKept[bag] = 1;
  }

  function rowsWhere(bag: number, wanted: 0 | 1): Int32Array {
    if (isKept[bag] === 0) draw(bag);
    const at = bag * words;
    let size = 0;
    for (let i = 0; i < rowCount; i++) {
      out[size] = i;
      size += ((bits[at + (i >>> 5)] >>> (i & 31)) & 1) ^ wanted ^ 1;
    }
    return out.subarray(0, size);
  }

  return { count, drawn: (bag) => rowsWhere(bag, 1), undrawn: (bag) => rowsWhere(bag, 0) };
}
