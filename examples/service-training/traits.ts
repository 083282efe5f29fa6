/**
 * What the analyst never sees of a worker: skill, speed, proneness to complaints, and the schedule of the first six
 * months. Workers choose their one-hour shifts themselves; the schedule is a trait of the worker that training does
 * not move, so days and hours are the same in both potential worlds. That makes every expectation in `truth.ts` a
 * closed formula.
 */
import { type Chance, chanceFamily } from './chance.js';
import { UNITS } from './units.js';
import { POPULATION_SEED, type Worker } from './workers.js';

export const MONTHS = 6;

export interface Traits {
  /** Service quality in standard deviations of the unit's fixed distribution. */
  readonly skill: number;
  /** Preference for long days, about standard normal: hours a day rise with it, and so may effects. */
  readonly longDays: number;
  /** Services an hour without AI training, by month. */
  readonly servicesPerHour: readonly number[];
  /** Minutes a service without AI training, by month. */
  readonly minutesPerService: readonly number[];
  /** Expected events per hour without AI training, by month. */
  readonly buttonRate: readonly number[];
  readonly surveyRate: readonly number[];
  readonly qcRate: readonly number[];
  /** Days and hours worked, by month: whole numbers; both 0 once the worker has left, at least 1 in month 1. */
  readonly days: readonly number[];
  readonly hours: readonly number[];
}

/** Attendance by month relative to month 3: a slow start, a busy year's end. */
const ATTENDANCE = [0.7, 0.95, 1, 1, 1.05, 1.3];
/** Services an hour by month relative to month 3: beginners are slow. */
const PACE = [0.75, 0.9, 1, 1.05, 1.1, 1.2];
/** Minutes a service by month relative to month 3. */
const DURATION = [1.15, 1.05, 1, 0.97, 0.95, 0.94];
/** Complaints and failures by month relative to month 3: beginners make more mistakes. */
const MISTAKES = [1.3, 1.12, 1, 0.95, 0.92, 0.9];
/** Probability of leaving at the end of any month but the last. */
const LEAVING = 0.025;

export function drawTraits(workers: readonly Worker[]): readonly Traits[] {
  const family = chanceFamily(POPULATION_SEED, 'traits');
  return Object.freeze(workers.map((worker, index) => drawTrait(worker, family(index))));
}

function drawTrait(worker: Worker, chance: Chance): Traits {
  const unit = UNITS[worker.unit] as (typeof UNITS)[number];
  const age = (worker.age - 36) / 9;
  const skill = 0.12 * age + 0.1 * worker.engagement + 0.95 * chance.normal();
  const longDays = 0.2 * age - 0.15 * worker.engagement + 0.95 * chance.normal();
  const speed = 0.1 * skill - 0.06 * age + 0.15 * chance.normal();
  // Shared proneness makes the three kinds of events move together from worker to worker.
  const prone = -0.25 * skill + 0.3 * chance.normal() - 0.05 * longDays;
  const minutes = unit.minutes * Math.exp(-speed);
  const busy = chance.normal();
  const occupancy = unit.occupancy * Math.exp(0.08 * busy);
  const rate = (base: number, tilt: number) => base * Math.exp(prone + tilt + 0.25 * chance.normal() - 0.1);
  const buttonRate = rate(unit.buttonRate, 0.05 * age);
  const surveyRate = rate(unit.surveyRate, 0.03 * age);
  const qcRate = rate(unit.qcRate, 0.12 * age);
  const { days, hours } = drawSchedule(longDays, chance);
  return Object.freeze({
    skill,
    longDays,
    servicesPerHour: PACE.map((pace) => (pace * 60 * occupancy) / minutes),
    minutesPerService: DURATION.map((duration) => duration * minutes),
    buttonRate: MISTAKES.map((mistakes) => mistakes * buttonRate),
    surveyRate: MISTAKES.map((mistakes) => mistakes * surveyRate),
    qcRate: MISTAKES.map((mistakes) => mistakes * qcRate),
    days,
    hours,
  });
}

/** Working days out of 30 a month and one-hour shifts out of 12 a day; the first day and each day's first hour are sure. */
function drawSchedule(longDays: number, chance: Chance): { days: number[]; hours: number[] } {
  const attendance = 0.2 + 0.45 * chance.uniform();
  const extraHour = 1 / (1 + Math.exp(1 - longDays));
  const days: number[] = [];
  const hours: number[] = [];
  let present = true;
  for (let month = 0; month < MONTHS; month++) {
    const share = attendance * (ATTENDANCE[month] as number);
    const sure = month === 0 ? 1 : 0;
    const worked = sure + chance.binomial(30 - sure, share);
    const shifts = worked + chance.binomial(11 * worked, extraHour);
    days.push(present ? worked : 0);
    hours.push(present ? shifts : 0);
    if (chance.bernoulli(LEAVING) === 1) present = false;
  }
  return { days, hours };
}
