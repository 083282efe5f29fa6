/**
 * The halves of a forest's bags, for models that are fitted once a half: the half-samples that its trees draw, drawn again
 * from the same streams, and what each leaves. Bags whose trees take less than half still have the whole half; those of one
 * tree, which may take more, have halves of their own. Equalised clusters come whole, and it is the weights that equalise
 * them. A bag is drawn when it is first asked for, and kept as one bit a row.
 */
import { streamFamily } from '../../math/random.js';
import { makeSampler, type SubsamplePlan } from '../../tree/subsample.js';

export interface BagRows {
  /** Bags; halves are twice as many. */
  readonly count: number;
  /** Rows of half 2g, which bag g drew, or 2g + 1, the others; ascending, valid until the next call. */
  half(index: number): Int32Array;
}

/** The half that holds what this one does not. */
export const otherHalf = (index: number): number => index ^ 1;

/** @param count bags, from the first; at most those of the forest */
export function makeBagRows(plan: SubsamplePlan, seed: number, purpose: string, count: number): BagRows {
  const { rowCount } = plan;
  const sampler = makeSampler({ ...plan, sampleFraction: 0.5, equalizeClusterWeights: false });
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

  return {
    count,
    half(index) {
      const bag = index >>> 1;
      if (isKept[bag] === 0) draw(bag);
      const at = bag * words;
      let size = 0;
      for (let i = 0; i < rowCount; i++) {
        out[size] = i;
        size += ((bits[at + (i >>> 5)] >>> (i & 31)) & 1) ^ (index & 1);
      }
      return out.subarray(0, size);
    },
  };
}
