/**
 * The truth that the analysis never reads: percent effects as ratios of EXPECTED potential outcomes over the
 * generator's workers, 100 · (mean_i E[Y_i(1)] / mean_i E[Y_i(0)] − 1), Y_i the worker's own cumulative ratio.
 * Y_i(1) is AI training as it was given: its expectation averages over the scripts of the worker's unit; a design's
 * averages over the scripts that have its dummy.
 *
 * All expectations are closed formulas. Days and hours are the same in both worlds, so a count per hour or day has
 * Σ E[count] over Σ hours or days. Services are N + 1 with N ~ Poisson(M) over a window and N_t ~ Poisson(μ_t) by
 * month (the sure one falls in month 1), independent of factor, fines and extra pay given the worker, so
 *   E[1/(1+N)] = (1 − e^(−M))/M =: q   and   E[N_t/(1+N)] = (μ_t/M)(1 − q).
 */
import { type Design, type Mixture, mixtureOf } from './designs.js';
import { designEffect, designFactor, type Effects, type Moved, ownEffect } from './effects.js';
import { OUTCOMES, type OutcomeName } from './outcomes.js';
import { BONUS_PER_HOUR, expectedFactor, FINE_PER_FAILURE, meanScore, OTHER_PER_HOUR } from './pay.js';
import { drawTraits, MONTHS, type Traits } from './traits.js';
import { UNITS } from './units.js';
import { drawWorkers, type Worker } from './workers.js';

/** What the workers are trained with: no AI, AI as given, or AI with the design's dummy. */
export type World = 'noAi' | 'allAi' | Design;

export interface Population {
  readonly workers: readonly Worker[];
  readonly traits: readonly Traits[];
}

export function thePopulation(): Population {
  const workers = drawWorkers();
  return Object.freeze({ workers, traits: drawTraits(workers) });
}

/** E[Y_i] of every worker in one world: element [month][worker], months counted from 0. */
export function expectedOutcomes(
  { workers, traits }: Population,
  effects: Effects,
  outcome: OutcomeName,
  world: World,
): readonly Float64Array[] {
  const [numerator, denominator] = OUTCOMES[outcome];
  const expectations = Array.from({ length: MONTHS }, () => new Float64Array(workers.length));
  const mixtures = world === 'noAi' ? null : UNITS.map((_, unit) => mixtureOf(unit, world));
  const multiplier = monthlyMultipliers(effects, mixtures);
  workers.forEach((worker, index) => {
    const trait = traits[index] as Traits;
    const unit = UNITS[worker.unit] as (typeof UNITS)[number];
    const scale = (moved: Moved, month: number) => multiplier(moved, month, worker, trait);
    const count = (rate: readonly number[], moved: Moved, month: number) =>
      (trait.hours[month] as number) * (rate[month] as number) * scale(moved, month);
    let total = 0;
    let hours = 0;
    let days = 0;
    // Parts of the numerator's expectation: μ_t · a_t (weight of each Poisson service), a_1 (the sure one), and the rest.
    let perServiceSum = 0;
    let first = 0;
    let rest = 0;
    let counts = 0;
    for (let month = 0; month < MONTHS; month++) {
      const hoursNow = trait.hours[month] as number;
      hours += hoursNow;
      days += trait.days[month] as number;
      const needsServices = numerator === 'income' || numerator === 'minutes';
      const mean = needsServices ? count(trait.servicesPerHour, 'services', month) : 0;
      total += mean;
      if (numerator === 'income') {
        const factor = factorOf(effects, mixtures?.[worker.unit] ?? null, worker, trait, month);
        perServiceSum += mean * unit.pieceRate * factor;
        if (month === 0) first = unit.pieceRate * factor;
        rest += hoursNow * (unit.hourlyRate * factor + BONUS_PER_HOUR + OTHER_PER_HOUR);
        rest -= FINE_PER_FAILURE * count(trait.qcRate, 'qc', month);
      } else if (numerator === 'minutes') {
        const duration = (trait.minutesPerService[month] as number) * scale('minutes', month);
        perServiceSum += mean * duration;
        if (month === 0) first = duration;
      } else if (numerator === 'buttonComplaints') counts += count(trait.buttonRate, 'button', month);
      else if (numerator === 'surveyComplaints') counts += count(trait.surveyRate, 'survey', month);
      else counts += count(trait.qcRate, 'qc', month);

      const ofMonth = expectations[month] as Float64Array;
      if (!needsServices) ofMonth[index] = counts / (denominator === 'hours' ? hours : days);
      else if (denominator === 'hours') ofMonth[index] = (perServiceSum + first + rest) / hours;
      else {
        const q = -Math.expm1(-total) / total;
        ofMonth[index] = (perServiceSum / total) * (1 - q) + (first + rest) * q;
      }
    }
  });
  return expectations;
}

/** E[exp(effect)] over the worker's scripts: the worker's own part times the unit's factor (1 without AI training). */
function monthlyMultipliers(effects: Effects, mixtures: readonly Mixture[] | null) {
  const factors = new Map<string, number>();
  return (moved: Moved, month: number, worker: Worker, trait: Traits): number => {
    if (mixtures === null) return 1;
    const key = `${moved}/${month}/${worker.unit}`;
    let factor = factors.get(key);
    if (factor === undefined) {
      factor = designFactor(effects[moved], month, mixtures[worker.unit] as Mixture);
      factors.set(key, factor);
    }
    return factor * Math.exp(ownEffect(effects[moved], month, worker, trait));
  };
}

/** E[performance factor] of a month over noise and scripts. */
function factorOf(effects: Effects, mixture: Mixture | null, worker: Worker, trait: Traits, month: number): number {
  if (mixture === null) return expectedFactor(meanScore(trait.skill, month, 0));
  const own = ownEffect(effects.quality, month, worker, trait);
  // Combinations that agree in what they add to quality share one evaluation.
  const shares = new Map<number, number>();
  mixture.combinations.forEach((combination, k) => {
    const added = designEffect(effects.quality, month, combination);
    shares.set(added, (shares.get(added) ?? 0) + (mixture.probabilities[k] as number));
  });
  let factor = 0;
  for (const [added, share] of shares) factor += share * expectedFactor(meanScore(trait.skill, month, own + added));
  return factor;
}

/** 100 · (mean E[Y(world)] / mean E[Y(noAi)] − 1) for each window, over the workers kept by `belongs` (all by default). */
export function percentEffects(
  population: Population,
  effects: Effects,
  outcome: OutcomeName,
  world: World,
  belongs: (worker: Worker) => boolean = () => true,
): readonly number[] {
  const treated = expectedOutcomes(population, effects, outcome, world);
  const control = expectedOutcomes(population, effects, outcome, 'noAi');
  return windowPercents(population, treated, control, belongs);
}

export function windowPercents(
  { workers }: Population,
  treated: readonly Float64Array[],
  control: readonly Float64Array[],
  belongs: (worker: Worker) => boolean,
): readonly number[] {
  return treated.map((values, month) => {
    let one = 0;
    let zero = 0;
    workers.forEach((worker, index) => {
      if (!belongs(worker)) return;
      one += values[index] as number;
      zero += (control[month] as Float64Array)[index] as number;
    });
    return 100 * (one / zero - 1);
  });
}
