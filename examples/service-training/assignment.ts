/**
 * Who is trained how: each worker's share of pre-job training time with the AI agent, the label by the 50 % rule, and
 * the script designs of those above it. Assignment depends mildly on business unit, start and age, so the propensity
 * has to be estimated; it lies between about 0.12 and 0.45, and it does not see the worker's hidden traits.
 *
 * Exact counts: worker i has the score L_i = x_i'γ + logistic noise; the 512 highest scores are the ones above the
 * midpoint c between the 512th and 513th, and share = 1/(1 + exp(−1.6 (L_i − c))) exceeds 0.5 for just these.
 * Since c hardly varies, P(treated | x) = 1/(1 + exp(c − x'γ)): a logistic propensity.
 */
import { chanceFamily } from './chance.js';
import { type Combination, drawDesigns, mixtureOf, NO_DESIGN } from './designs.js';
import { UNITS } from './units.js';
import type { Worker } from './workers.js';

export const TREATED_COUNT = 512;

export interface Assignment {
  /** Share of pre-job training hours with the AI agent, in (0, 1). */
  readonly aiShare: number;
  readonly treated: boolean;
  /** 0/1 in the order of DESIGNS; all 0 for controls. */
  readonly designs: Combination;
}

/** x'γ: the part of the log odds of mainly-AI training that differs between workers. */
export function trainingLogit(worker: Worker): number {
  const start = (worker.firstWorkDay - FIRST_DAY) / 91 - 0.5;
  return (UNITS[worker.unit] as (typeof UNITS)[number]).trainingTilt + 0.5 * start - 0.15 * ((worker.age - 36) / 9);
}

const FIRST_DAY = Date.UTC(2024, 6, 1) / 86_400_000;

/** @param seed the study's seed */
export function drawAssignments(seed: number, workers: readonly Worker[]): readonly Assignment[] {
  const noise = chanceFamily(seed, 'training');
  const scripts = chanceFamily(seed, 'scripts');
  const mixtures = UNITS.map((_, unit) => mixtureOf(unit, 'allAi'));
  const scores = workers.map((worker, index) => trainingLogit(worker) + noise(index).logistic());
  const ranked = [...scores].sort((a, b) => b - a);
  const border = ((ranked[TREATED_COUNT - 1] as number) + (ranked[TREATED_COUNT] as number)) / 2;
  return Object.freeze(
    workers.map((worker, index) => {
      const aiShare = 1 / (1 + Math.exp(-1.6 * ((scores[index] as number) - border)));
      const treated = aiShare > 0.5;
      const mixture = mixtures[worker.unit] as (typeof mixtures)[number];
      const designs = treated ? drawDesigns(mixture, scripts(index)) : NO_DESIGN;
      return Object.freeze({ aiShare, treated, designs });
    }),
  );
}
