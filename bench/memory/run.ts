/**
 * `npx tsx bench/memory/run.ts`: the resident memory of whole fits beside what `estimateMemory` says, each in a process of its
 * own, without worker threads. What a process takes for its code, whatever the data, is measured by a fit of few rows, and
 * taken off.
 *
 * Options: --only WORDS (cases whose line has them), --large (300,000 rows too), --collect (garbage is collected as often as
 * progress is told, so that what is left is in use), --phases (the highest memory of each phase).
 */
import { parseArgs } from 'node:util';
import { openMeasure } from './measure.js';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    large: { type: 'boolean', default: false },
    collect: { type: 'boolean', default: false },
    phases: { type: 'boolean', default: false },
  },
});

/** Rows, covariates, trees. */
const SIZES = [
  [20_000, 10, 500],
  [100_000, 10, 500],
  [20_000, 60, 500],
  ...(options.large ? [[300_000, 10, 100] as const] : []),
] as const;
const METHODS = [
  ['plain', 'forest'],
  ['plain', 'stack'],
  ['refined', 'forest'],
  ['refined', 'stack'],
] as const;

const { measure, close } = await openMeasure();
console.log('MB of 2²⁰ bytes. own: of the program, by a fit of few rows; over: (peak − own) / said.\n');
console.log('| rows × columns, trees | estimator, nuisance | peak | own | said | over | seconds |');
console.log('|---|---|---|---|---|---|---|');
for (const [estimator, nuisance] of METHODS)
  for (const [rows, covariates, trees] of SIZES) {
    const name = `| ${rows} × ${covariates}, ${trees} | ${estimator}, ${nuisance} |`;
    if (!name.includes(options.only)) continue;
    const found = measure({ rows, covariates, trees, estimator, nuisance, collect: options.collect });
    const { peak, own, estimated, ratio, seconds, phases } = found;
    console.log(`${name} ${peak} | ${own} | ${estimated.peak} | ${ratio.toFixed(2)} | ${seconds} |`);
    if (options.phases) console.log(phases);
  }
close();
