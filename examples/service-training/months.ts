/**
 * One worker's first six months in raw quantities, in either world: without AI training, or trained with given
 * scripts. Everything random comes from the worker's own stream of the study.
 */
import type { Chance } from './chance.js';
import type { Combination } from './designs.js';
import { designEffect, type Effects, type Moved, ownEffect } from './effects.js';
import { BONUS_PER_HOUR, FINE_PER_FAILURE, meanScore, OTHER_PER_HOUR, performanceFactor } from './pay.js';
import { MONTHS, type Traits } from './traits.js';
import { UNITS } from './units.js';
import type { Worker } from './workers.js';

/** The columns of the table, in its order: each holds six months. */
export const QUANTITIES = [
  'services',
  'hours',
  'days',
  'income',
  'buttonComplaints',
  'surveyComplaints',
  'qcFailures',
  'minutes',
] as const;
export type Quantity = (typeof QUANTITIES)[number];

/** Counts are whole; income in yuan to the cent, minutes to a tenth. */
export type Months = Readonly<Record<Quantity, readonly number[]>>;

/** Monthly counts are negative binomial: a Poisson count whose mean varies by a gamma factor of this shape and mean 1. */
const COUNT_SHAPE = 5;

/** @param scripts the combination of designs the worker is trained with, or null without AI training */
export function drawMonths(
  effects: Effects,
  worker: Worker,
  traits: Traits,
  scripts: Combination | null,
  chance: Chance,
): Months {
  const unit = UNITS[worker.unit] as (typeof UNITS)[number];
  const months: Record<Quantity, number[]> = {
    services: [],
    hours: [...traits.hours],
    days: [...traits.days],
    income: [],
    buttonComplaints: [],
    surveyComplaints: [],
    qcFailures: [],
    minutes: [],
  };
  for (let month = 0; month < MONTHS; month++) {
    const effect = (moved: Moved) =>
      scripts === null
        ? 0
        : ownEffect(effects[moved], month, worker, traits) + designEffect(effects[moved], month, scripts);
    const hours = traits.hours[month] as number;
    const count = (rate: readonly number[], moved: Moved) =>
      chance.poisson(
        chance.gamma(COUNT_SHAPE, (hours * (rate[month] as number) * Math.exp(effect(moved))) / COUNT_SHAPE),
      );
    // A worker is in the sample because there was a first service: month 1 has one for sure.
    const sure = month === 0 ? 1 : 0;
    const pace = (traits.servicesPerHour[month] as number) * Math.exp(effect('services'));
    const services = sure + chance.poisson(hours * pace);
    const duration = (traits.minutesPerService[month] as number) * Math.exp(effect('minutes'));
    // Each service lasts gamma time of shape 2; their sum has shape 2 · services.
    const minutes = services > 0 ? chance.gamma(2 * services, duration / 2) : 0;
    const qcFailures = count(traits.qcRate, 'qc');
    const factor = performanceFactor(meanScore(traits.skill, month, effect('quality')), chance.normal());
    const extra = hours > 0 ? chance.gamma(2, (hours * (BONUS_PER_HOUR + OTHER_PER_HOUR)) / 2) : 0;
    const basePay = services * unit.pieceRate + hours * unit.hourlyRate;
    months.services.push(services);
    months.income.push(Math.round(100 * (basePay * factor + extra - FINE_PER_FAILURE * qcFailures)) / 100);
    months.buttonComplaints.push(count(traits.buttonRate, 'button'));
    months.surveyComplaints.push(count(traits.surveyRate, 'survey'));
    months.qcFailures.push(qcFailures);
    months.minutes.push(Math.round(10 * minutes) / 10);
  }
  return months;
}
