/**
 * What AI training changes, as plain numbers (effects.json, written by calibrate.ts): for each of six quantities a
 * table of monthly effects on the log scale (on the scale of the quality score for `quality`), the same for everyone,
 * plus what differs for men, the young, the old and those who work long days, plus what each script design adds.
 * A worker's own month is moved by `ownEffect + designEffect` and by nothing that happens to anyone else.
 */

import { type Combination, DESIGNS, type Mixture } from './designs.js';
import parameters from './effects.json' with { type: 'json' };
import type { Traits } from './traits.js';
import { ageBandOf, type Worker } from './workers.js';

export const MOVED = ['services', 'minutes', 'button', 'survey', 'qc', 'quality'] as const;
export type Moved = (typeof MOVED)[number];

/** Six monthly numbers each, and five for the designs. */
export interface EffectTable {
  readonly month: readonly number[];
  readonly male: readonly number[];
  readonly under30: readonly number[];
  readonly over45: readonly number[];
  /** Per standard deviation of the preference for long days. */
  readonly longDays: readonly number[];
  /** In the order of DESIGNS, at full strength. */
  readonly designs: readonly number[];
}

export type Effects = Readonly<Record<Moved, EffectTable>>;

/** The committed parameters. */
export const EFFECTS: Effects = parameters;

/** How much of a design's effect shows in each month: what scripts teach sinks in with practice. */
const DESIGN_STRENGTH = [0.5, 0.7, 0.9, 1.05, 1.2, 1.3];

/** The part of the effect that depends on the worker; month counts from 0. */
export function ownEffect(table: EffectTable, month: number, worker: Worker, traits: Traits): number {
  const band = ageBandOf(worker.age);
  const ofBand = band === 'under 30' ? table.under30[month] : band === 'over 45' ? table.over45[month] : 0;
  const ofGender = worker.gender === 'male' ? table.male[month] : 0;
  return (
    (table.month[month] as number) +
    (ofBand as number) +
    (ofGender as number) +
    (table.longDays[month] as number) * traits.longDays
  );
}

/** The part of the effect that depends on the scripts. */
export const designEffect = (table: EffectTable, month: number, combination: Combination): number =>
  (DESIGN_STRENGTH[month] as number) *
  DESIGNS.reduce((sum, _, k) => sum + (combination[k] as number) * (table.designs[k] as number), 0);

/** E[exp(design effect)] over a mixture of scripts. */
export const designFactor = (table: EffectTable, month: number, { combinations, probabilities }: Mixture): number =>
  combinations.reduce(
    (sum, combination, k) => sum + (probabilities[k] as number) * Math.exp(designEffect(table, month, combination)),
    0,
  );
