/** Accuracy cases: rows with a known effect, and grf's answers on the same rows. Format: README.md of such a folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTrial, type Estimate, type Trial } from 'causal-forest';
import { readCsv } from 'causal-forest/node';
import { mean, scoreOf } from './scores.js';

export interface AccuracyCase {
  readonly file: string;
  readonly design: string;
  readonly trial: Trial<string, 'Y'>;
  /** τ(xᵢ), the truth. */
  readonly effect: Float64Array;
  readonly grf: GrfAnswer;
}

export interface GrfAnswer {
  /** Averaged over its stored seeds. */
  readonly meanSquaredError: number;
  readonly coverage: number;
  readonly seeds: number;
  /** Of one seed. */
  readonly meanStandardError: number;
  /** grf's average effect, where the folder's `grf.json` holds it. */
  readonly average: Estimate | null;
}

interface SummaryEntry {
  readonly dgp: string;
  readonly rep: number;
  readonly ate: number;
  readonly ateStdErr: number;
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
  const summary = (readJson(directory, 'grf.json') as SummaryEntry[]).find(
    ({ dgp, rep }) => file.replace(/\.csv(\.gz)?$/, '') === `${dgp}-${rep}`,
  );
  return {
    file,
    design: file.replace(/-\d+\.csv(\.gz)?$/, ''),
    trial: createTrial(columns, {
      covariates: Object.keys(columns).filter((name) => /^x\d+$/.test(name)),
      treatment: 'W',
      outcomes: { Y: 'Y' },
    }),
    effect,
    grf: {
      meanSquaredError: mean(errors),
      coverage: mean(coverages),
      seeds: errors.length,
      meanStandardError: stored.meanStandardError,
      average: summary ? normalEstimate(summary.ate, summary.ateStdErr, effect.length) : null,
    },
  };
}

function normalEstimate(estimate: number, standardError: number, n: number): Estimate {
  const half = 1.959963984540054 * standardError;
  return { estimate, standardError, interval: [estimate - half, estimate + half], level: 0.95, n, warnings: [] };
}
