/**
 * The five script designs of the AI practice agent and how they occur together. A dummy is 1 where more than half of
 * a trained worker's AI time used scripts of that kind. Given the business unit, designs are drawn independently of
 * everything else about the worker, so a design's workers can be compared with the controls.
 * All adversarial emotions are negative ones: 24 of the 32 combinations occur.
 */
import type { Chance } from './chance.js';
import { UNITS } from './units.js';

export const DESIGNS = [
  'complexIdentity',
  'complexPersonality',
  'negativeEmotion',
  'adversarialEmotion',
  'multiStageEmotion',
] as const;
export type Design = (typeof DESIGNS)[number];

/** A combination of designs as 0/1 in the order of DESIGNS. */
export type Combination = readonly number[];

/** Probabilities of each step, given the steps before it. */
const NEGATIVE = 0.5;
const ADVERSARIAL_IF_NEGATIVE = 0.36;
const MULTI_STAGE = { adversarial: 0.72, negative: 0.64, other: 0.3 };
const IDENTITY = { negative: 0.55, other: 0.32 };
const PERSONALITY = { complexIdentity: 0.8, other: 0.52 };

const shift = (probability: number, logOdds: number): number =>
  1 / (1 + ((1 - probability) / probability) * Math.exp(-logOdds));

/** Visits every combination with its probability in the unit. */
function* combinations(unit: number): Generator<{ combination: Combination; probability: number }> {
  const negativeShare = shift(NEGATIVE, (UNITS[unit] as (typeof UNITS)[number]).negativeTilt);
  const either = (value: number, probability: number) => (value === 1 ? probability : 1 - probability);
  for (const negative of [0, 1])
    for (const adversarial of negative === 1 ? [0, 1] : [0])
      for (const multiStage of [0, 1])
        for (const identity of [0, 1])
          for (const personality of [0, 1]) {
            const stages = adversarial ? MULTI_STAGE.adversarial : negative ? MULTI_STAGE.negative : MULTI_STAGE.other;
            const probability =
              either(negative, negativeShare) *
              (negative === 1 ? either(adversarial, ADVERSARIAL_IF_NEGATIVE) : 1) *
              either(multiStage, stages) *
              either(identity, negative ? IDENTITY.negative : IDENTITY.other) *
              either(personality, identity ? PERSONALITY.complexIdentity : PERSONALITY.other);
            yield { combination: [identity, personality, negative, adversarial, multiStage], probability };
          }
}

/** A distribution over combinations. */
export interface Mixture {
  readonly combinations: readonly Combination[];
  readonly probabilities: readonly number[];
}

/** What AI training consists of in a unit: over all its trained workers, or over those under one design. */
export function mixtureOf(unit: number, design: Design | 'allAi'): Mixture {
  const index = design === 'allAi' ? -1 : DESIGNS.indexOf(design);
  const kept = [...combinations(unit)].filter(({ combination }) => index < 0 || combination[index] === 1);
  const total = kept.reduce((sum, { probability }) => sum + probability, 0);
  return Object.freeze({
    combinations: kept.map(({ combination }) => combination),
    probabilities: kept.map(({ probability }) => probability / total),
  });
}

export const NO_DESIGN: Combination = Object.freeze(DESIGNS.map(() => 0));

/** One trained worker's scripts. */
export function drawDesigns(mixture: Mixture, chance: Chance): Combination {
  return mixture.combinations[chance.pick(mixture.probabilities)] as Combination;
}
