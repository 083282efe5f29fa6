/** The report's outcomes: cumulative ratios from the first working day over the first 1, 2, … 6 months. */
import type { Quantity } from './months.js';

export const OUTCOMES = {
  incomePerHour: ['income', 'hours'],
  incomePerService: ['income', 'services'],
  buttonComplaintsPerDay: ['buttonComplaints', 'days'],
  buttonComplaintsPerHour: ['buttonComplaints', 'hours'],
  surveyComplaintsPerDay: ['surveyComplaints', 'days'],
  surveyComplaintsPerHour: ['surveyComplaints', 'hours'],
  qcFailuresPerDay: ['qcFailures', 'days'],
  qcFailuresPerHour: ['qcFailures', 'hours'],
  minutesPerService: ['minutes', 'services'],
} as const satisfies Readonly<Record<string, readonly [numerator: Quantity, denominator: Quantity]>>;

export type OutcomeName = keyof typeof OUTCOMES;
export const OUTCOME_NAMES = Object.keys(OUTCOMES) as readonly OutcomeName[];
