/**
 * `npx tsx bench/memory/run.ts`: the resident memory of whole fits beside what `estimateMemory` says, each in a process of its
 * own, without worker threads. What a process takes for its code, whatever the data, is measured by a fit of few rows, and
 * taken off.
 *
 * Options: --only WORDS (cases whose line has them), --large (300,000 rows too), --collect (garbage is collected as often as
 * progress is told, so that what is left is in use), --phases (the highest memory of each phase).
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { bundlePrograms } from '../speed/bundle.js';
import type { MemoryCase, MemoryFigures } from './case-process.js';

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
/** Few enough that arrays weigh nothing. */
const FEW = { rows: 400, covariates: 3, trees: 50 } as const;

const [program] = await bundlePrograms([new URL('./case-process.ts', import.meta.url)]);

function measure(given: Omit<MemoryCase, 'collect'>): MemoryFigures {
  const sent: MemoryCase = { ...given, collect: options.collect };
  return JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', program, JSON.stringify(sent)], { encoding: 'utf8' }),
  );
}

console.log('MB of 2²⁰ bytes. own: of the program, by a fit of few rows; over: (peak − own) / said.\n');
console.log('| rows × columns, trees | estimator, nuisance | peak | own | said | over | seconds |');
console.log('|---|---|---|---|---|---|---|');
for (const [estimator, nuisance] of METHODS) {
  const lines = SIZES.map(([rows, covariates, trees]) => ({
    given: { rows, covariates, trees, estimator, nuisance },
    name: `| ${rows} × ${covariates}, ${trees} | ${estimator}, ${nuisance} |`,
  })).filter(({ name }) => name.includes(options.only));
  if (lines.length === 0) continue;
  const own = measure({ ...FEW, estimator, nuisance }).peak;
  for (const { name, given } of lines) {
    const { peak, estimated, seconds, phases } = measure(given);
    const over = ((peak - own) / estimated.peak).toFixed(2);
    console.log(`${name} ${peak} | ${own} | ${estimated.peak} | ${over} | ${seconds} |`);
    if (options.phases) console.log(phases);
  }
}
rmSync(dirname(program), { recursive: true });
