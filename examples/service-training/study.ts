/** One simulated study: the fixed workers, a seed's assignments and months, and the table that an analyst gets. */
import { type Assignment, drawAssignments } from './assignment.js';
import { chanceFamily } from './chance.js';
import { DESIGNS } from './designs.js';
import { EFFECTS } from './effects.js';
import { drawMonths, type Months, QUANTITIES } from './months.js';
import { cityTierOf, countyTypeOf } from './places.js';
import { MONTHS, type Traits } from './traits.js';
import { type Population, thePopulation } from './truth.js';
import { UNITS } from './units.js';
import { ageBandOf } from './workers.js';

/** The seed of the study in data/workers.csv.gz: the first one tried. */
export const BUNDLED_SEED = 1;

export interface Study {
  readonly population: Population;
  readonly assignments: readonly Assignment[];
  readonly months: readonly Months[];
}

/** @param seed who is trained how, and every month's chance: a whole number of at least 0 */
export function drawStudy(seed: number, population: Population = thePopulation()): Study {
  const assignments = drawAssignments(seed, population.workers);
  return Object.freeze({ population, assignments, months: drawOutcomes(seed, population, assignments) });
}

/** The months that these assignments lead to: each worker's depend on the worker's own assignment only. */
export function drawOutcomes(
  seed: number,
  { workers, traits }: Population,
  assignments: readonly Assignment[],
): readonly Months[] {
  const family = chanceFamily(seed, 'months');
  return workers.map((worker, index) => {
    const { treated, designs } = assignments[index] as Assignment;
    return drawMonths(EFFECTS, worker, traits[index] as Traits, treated ? designs : null, family(index));
  });
}

/** A cell of the table; null is missing. */
export type Cell = string | number | null;

/** The table, column by column: identity, covariates, groups, training, and each month's raw quantities. */
export function studyColumns({ population: { workers }, assignments, months }: Study): Record<string, Cell[]> {
  const columns: Record<string, Cell[]> = {
    worker: workers.map(({ id }) => id),
    businessUnit: workers.map(({ unit }) => (UNITS[unit] as (typeof UNITS)[number]).name),
    district: workers.map(({ countyCode }) => countyCode),
    firstWorkDate: workers.map(({ firstWorkDay }) => isoDate(firstWorkDay)),
    paymentAccountRegisteredAt: workers.map(({ registeredDay }) => isoDate(registeredDay)),
    age: workers.map(({ age }) => age),
    gender: workers.map(({ gender }) => gender),
    paymentsCountPrior3Months: workers.map(({ paymentsCount }) => paymentsCount),
    paymentsAmountPrior3Months: workers.map(({ paymentsAmount }) => paymentsAmount),
    fundBalancePrior3Months: workers.map(({ fundBalance }) => fundBalance),
    ageBand: workers.map(({ age }) => ageBandOf(age)),
    cityTier: workers.map(({ countyCode }) => cityTierOf(countyCode)),
    countyType: workers.map(({ countyCode }) => countyTypeOf(countyCode)),
    aiShare: assignments.map(({ aiShare }) => Number(aiShare.toFixed(6))),
    treated: assignments.map(({ treated }) => (treated ? 1 : 0)),
  };
  DESIGNS.forEach((design, k) => {
    columns[design] = assignments.map(({ designs }) => designs[k] as number);
  });
  for (const quantity of QUANTITIES)
    for (let month = 0; month < MONTHS; month++)
      columns[`${quantity}${month + 1}`] = months.map((record) => record[quantity][month] as number);
  return columns;
}

const isoDate = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
