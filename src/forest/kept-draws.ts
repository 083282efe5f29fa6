/**
 * What a forest's bags drew, as bits, kept from training for its out-of-bag pass, which else draws again: an eighth of the
 * pass. Kept beside the forest where all of its trees were trained in this thread and bits are few; gone with its draws.
 */
import { type SubsamplePlan, subsampleSizes } from '../tree/subsample.js';
import type { TreeDraws } from './forest.js';

/** 4 MB: 2,000 trees of 30,000 rows. */
const MOST_WORDS = 1 << 20;

const kept = new WeakMap<TreeDraws, Int32Array>();

/** Words of one draw: bit u & 31 of word u >> 5 for unit u. */
export const drawWords = (unitCount: number): number => (unitCount + 31) >>> 5;

/** Words of the draws of so many bags; 0 where trees draw for themselves, or they are too many to be kept. */
export function keptWords(plan: SubsamplePlan, bags: number): number {
  const { bag, tree } = subsampleSizes(plan);
  const words = bags * drawWords(plan.clusters?.count ?? plan.rowCount);
  return tree === bag && words <= MOST_WORDS ? words : 0;
}

export const keepDraws = (draws: TreeDraws, words: Int32Array): void => void kept.set(draws, words);

/** Draw after draw, or undefined. */
export const keptDraws = (draws: TreeDraws): Int32Array | undefined => kept.get(draws);
