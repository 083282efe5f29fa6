/** Accuracy cases: rows with a known effect, and grf's answers on the same rows. Format: README.md of such a folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTrial, type Trial } from 'causal-forest';
import { readCsv } from 'causal-forest/node';

export interface AccuracyCase {
  readonly file: string;
  readonly design: string;
  readonly trial: Trial<string, 'Y'>;
  /** τ(xᵢ), the truth. */
  readonly effect: Float64Array;
  /** grf's mean squared error and coverage, each averaged over its stored seeds. */
  readonly grf: { readonly meanSquaredError: number; readonly coverage: number; readonly seeds: number };
}

interface SeedsEntry {
  readonly file: string;
  readonly mse: readonly number[];
  readonly coverage95: readonly number[];
}

const readJson = (directory: string, name: string): unknown => {
  try {
    return JSON.parse(readFileSync(join(directory, name), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** File names of a folder's cases, by design and repetition. */
export const caseFiles = (directory: string): string[] =>
  readdirSync(directory)
    .filter((name) => /\.csv(\.gz)?$/.test(name))
    .sort();

export async function readCase(directory: string, file: string): Promise<AccuracyCase> {
  const columns = await readCsv(join(directory, file));
  const numbers = (name: string) => Float64Array.from(columns[name], Number);
  const effect = numbers('tau');
  const stored = scoreOf(numbers('grf_tau'), numbers('grf_se'), effect);
  const seeds = (readJson(directory, 'grf-seeds.json') as SeedsEntry[]).find((entry) => entry.file === file);
  const errors = [stored.meanSquaredError, ...(seeds?.mse ?? [])];
  const coverages = [stored.coverage, ...(seeds?.coverage95 ?? [])];
  return {
    file,
    design: file.replace(/-\d+\.csv(\.gz)?$/, ''),
    trial: createTrial(columns, {
      covariates: Object.keys(columns).filter((name) => /^x\d+$/.test(name)),
      treatment: 'W',
      outcomes: { Y: 'Y' },
    }),
    effect,
    grf: { meanSquaredError: mean(errors), coverage: mean(coverages), seeds: errors.length },
  };
}

/** Mean squared error of effects, and how often effect ± 1.96 standard errors holds the truth. */
export function scoreOf(
  estimate: Float64Array,
  standardError: Float64Array,
  truth: Float64Array,
): { readonly meanSquaredError: number; readonly coverage: number } {
  let squares = 0;
  let held = 0;
  truth.forEach((effect, i) => {
    const error = estimate[i] - effect;
    squares += error * error;
    held += Math.abs(error) <= 1.959963984540054 * standardError[i] ? 1 : 0;
  });
  return { meanSquaredError: squares / truth.length, coverage: held / truth.length };
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const geometricMean = (values: readonly number[]): number => Math.exp(mean(values.map(Math.log)));
