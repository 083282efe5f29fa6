/**
 * One fit in a process of its own: `node --expose-gc case-process.mjs CASE`, where CASE is a MemoryCase as JSON. Prints JSON.
 * Memory is resident memory beyond what the process and the table had before: it is what a machine must have.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { estimateMemory } from '../../src/causal/estimate-memory.js';
import { makeTrialData } from '../speed/trial-data.js';

export interface MemoryCase {
  readonly rows: number;
  readonly covariates: number;
  readonly trees: number;
  readonly estimator: 'plain' | 'refined';
  readonly nuisance: 'forest' | 'stack';
  /** Garbage is collected as often as progress is told, so that what is left is in use. */
  readonly collect: boolean;
}

/** MB of 2²⁰ bytes. */
export interface MemoryFigures {
  readonly before: number;
  readonly peak: number;
  /** The highest that was seen at the reports of each phase; short peaks between reports are missed. */
  readonly phases: Readonly<Record<string, number>>;
  readonly estimated: {
    readonly forest: number;
    readonly training: number;
    readonly prediction: number;
    readonly peak: number;
  };
  readonly seconds: number;
}

const MB = 2 ** 20;
const resident = () => process.memoryUsage.rss() / MB;
/**
 * The most there was of this program. Linux counts in a process's own `maxRSS` what its parent had when it split off; the peak
 * of the memory that the program itself was given stands in its status.
 */
function peakResident(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) / 1024;
}
const collectGarbage = (): void => (globalThis as { gc?: () => void }).gc?.();

const { rows, covariates, trees, estimator, nuisance, collect } = JSON.parse(process.argv[2] as string) as MemoryCase;
const { trial } = makeTrialData(rows, covariates);
collectGarbage();
const before = resident();
const phases: Record<string, number> = {};
const start = performance.now();
const options = { numTrees: trees, estimator, nuisance } as const;
const fit = await fitCausalForest(trial, {
  ...options,
  workers: 0,
  onProgress: ({ phase }) => {
    if (collect) collectGarbage();
    phases[phase] = Math.max(phases[phase] ?? 0, Math.round(resident() - before));
  },
});
const peak = peakResident();
const { forest, training, prediction, peak: said } = estimateMemory(options, rows, covariates);
const figures: MemoryFigures = {
  before: Math.round(before),
  peak: Math.round(peak - before),
  phases,
  estimated: {
    forest: Math.round(forest / MB),
    training: Math.round(training / MB),
    prediction: Math.round(prediction / MB),
    peak: Math.round(said / MB),
  },
  seconds: Math.round((performance.now() - start) / 1000),
};
if (fit.outOfBag.effect.length !== rows) throw new Error('the fit lost rows');
console.log(JSON.stringify(figures));
