/** Reference cases as they are written. Format: test/reference/fixtures/README.md; what is checked: test/reference/figures.ts. */
import { readFileSync } from 'node:fs';
import type { GrfTree } from '../../src/import/layout.js';
import { FIELDS_OF_FOREST } from '../reference/figures.js';

export interface ReferenceCase {
  readonly X: readonly (readonly (number | null)[])[];
  readonly Xnew: readonly (readonly (number | null)[])[];
  readonly Y: readonly number[];
  readonly W: readonly number[];
  readonly Yhat: readonly number[] | null;
  readonly What: readonly number[] | null;
  readonly sampleWeights: readonly number[] | null;
  readonly clusters: readonly number[] | null;
  readonly equalizeClusterWeights: boolean;
  readonly forest: { readonly ciGroupSize: number; readonly trees: readonly GrfTree[] };
  readonly oob: Readonly<Record<string, readonly number[]>>;
  readonly new: Readonly<Record<string, readonly number[]>>;
  readonly forestWeightsRow1New: readonly number[];
  readonly splitFrequencies: readonly (readonly number[])[];
  readonly variableImportance: readonly number[];
}

export const referenceCase = (name: string): ReferenceCase =>
  JSON.parse(readFileSync(new URL(`../reference/fixtures/${name}.json`, import.meta.url), 'utf8'));

/** The fields of a case that make its forest, without its figures. */
export const exportOf = (name: string): Record<string, unknown> => {
  const fields = Object.entries(referenceCase(name));
  return structuredClone(Object.fromEntries(fields.filter(([field]) => FIELDS_OF_FOREST.has(field))));
};

/** Largest |a − b| in units of max(|b|, largest |b| of the array). */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const scale = Array.from(expected).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  let worst = actual.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i]) / Math.max(Math.abs(expected[i]), scale);
    if (!(difference <= worst)) worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return worst;
}
