/**
 * The workers of the simulation: 2,009 people with the report's nine covariates, drawn once and the same in every
 * simulated study. What differs between studies (assignment, scripts, each month's chance) is drawn elsewhere.
 * Counts by gender and age band are fixed, because the report's group figures imply them: 14.02 % overall with
 * 14.52 % for women and 11.75 % for men needs about 82 % women; 12.11 %, 14.92 % and 12.62 % by age need about
 * 65 % between 30 and 45.
 */
import { type Chance, chanceFamily } from './chance.js';
import { countyCodeFrom } from './places.js';
import { UNITS } from './units.js';

/** The seed of the population; a study's seed is another one. */
export const POPULATION_SEED = 2024;

export const GENDERS = ['female', 'male'] as const;
export type Gender = (typeof GENDERS)[number];
const GENDER_COUNTS = [1647, 362];

export const AGE_BANDS = ['under 30', '30 to 45', 'over 45'] as const;
export type AgeBand = (typeof AGE_BANDS)[number];
const AGE_BAND_COUNTS = [407, 1302, 300];
/** Youngest and oldest of each band, in completed years. */
const AGE_LIMITS = [
  [19, 29],
  [30, 45],
  [46, 58],
] as const;

export const ageBandOf = (age: number): AgeBand => AGE_BANDS[age < 30 ? 0 : age <= 45 ? 1 : 2];

/** What is known of a worker before training. Money in yuan, dates as days since 1970-01-01 (UTC). */
export interface Worker {
  readonly id: string;
  /** Index into UNITS. */
  readonly unit: number;
  readonly countyCode: number;
  readonly firstWorkDay: number;
  readonly registeredDay: number;
  readonly age: number;
  readonly gender: Gender;
  readonly paymentsCount: number;
  readonly paymentsAmount: number;
  /** Null where the balance is not known. */
  readonly fundBalance: number | null;
  /** How much the worker lives by phone payments, standard normal: hidden, but behind the three columns above. */
  readonly engagement: number;
}

const FIRST_MONDAY = Date.UTC(2024, 6, 1) / 86_400_000;
/** Batches start on the 14 Mondays from 2024-07-01 to 2024-09-30. */
const BATCH_SIZES = [5, 7, 8, 9, 8, 7, 6, 7, 8, 9, 8, 7, 6, 5];
/** The payment service opened about 19 years before the study. */
const OLDEST_ACCOUNT_YEARS = 19;

export function drawWorkers(): readonly Worker[] {
  const genders = shuffledQuota(GENDER_COUNTS, 'gender');
  const bands = shuffledQuota(AGE_BAND_COUNTS, 'age band');
  const family = chanceFamily(POPULATION_SEED, 'worker');
  return Object.freeze(
    genders.map((gender, index) => drawWorker(index, GENDERS[gender] as Gender, bands[index] as number, family(index))),
  );
}

function drawWorker(index: number, gender: Gender, band: number, chance: Chance): Worker {
  const unit = chance.pick(UNITS.map(({ size }) => size));
  const countyCode = countyCodeFrom(chance.uniform(), chance.uniform(), chance.uniform());
  const batch = chance.pick(BATCH_SIZES);
  const [youngest, oldest] = AGE_LIMITS[band] as readonly [number, number];
  // Within a band the middle ages are commonest: the mean of two uniforms.
  const age = youngest + Math.floor(((chance.uniform() + chance.uniform()) / 2) * (oldest - youngest + 1));
  const firstWorkDay = FIRST_MONDAY + 7 * batch;
  const accountYears = Math.min(age - 15, OLDEST_ACCOUNT_YEARS) * chance.uniform() ** 0.6;
  const engagement = chance.normal();
  // Negative binomial with mean about 170 over three months; the young pay more often by phone.
  const meanPayments = 165 * Math.exp(0.35 * engagement - 0.012 * (age - 36) + (gender === 'female' ? 0.08 : 0));
  const paymentsCount = chance.poisson(chance.gamma(2.5, meanPayments / 2.5));
  const paymentsAmount = cents(paymentsCount * chance.logNormal(4.2 + 0.01 * (age - 36) + 0.15 * engagement, 0.85));
  const hasFund = chance.bernoulli(0.68) === 1;
  const balance = chance.logNormal(6.6 + 0.04 * (age - 36) + 0.3 * engagement, 1.8);
  const known = chance.bernoulli(0.97) === 1;
  return Object.freeze({
    id: `W${String(index + 1).padStart(4, '0')}`,
    unit,
    countyCode,
    firstWorkDay,
    registeredDay: firstWorkDay - 30 - Math.round(365.25 * accountYears),
    age,
    gender,
    paymentsCount,
    paymentsAmount,
    fundBalance: known ? (hasFund ? cents(balance) : 0) : null,
    engagement,
  });
}

/** Category 0 counts[0] times, category 1 counts[1] times, …, in random order (Fisher and Yates). */
function shuffledQuota(counts: readonly number[], purpose: string): number[] {
  const chance = chanceFamily(POPULATION_SEED, purpose)(0);
  const slots = counts.flatMap((count, category) => new Array<number>(count).fill(category));
  for (let last = slots.length - 1; last > 0; last--) {
    const other = Math.floor(chance.uniform() * (last + 1));
    const held = slots[last] as number;
    slots[last] = slots[other] as number;
    slots[other] = held;
  }
  return slots;
}

const cents = (yuan: number): number => Math.round(yuan * 100) / 100;
