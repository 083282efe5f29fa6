/**
 * `npm run bench:study`: simulates 100 studies like the bundled one (seeds 1 to 100, fixed beforehand; 200 trees) and
 * prints how often the 95 % intervals hold the truths of the numbers that the report states. It passes where the
 * coverage lies within three standard errors (clustered by study) of 95 %, or above.
 *
 * Options: --studies N (default 100), --trees N (default 200), --json (results only, as JSON).
 */
import { parseArgs } from 'node:util';
import type { PercentInterval } from '../../examples/service-training/estimate.js';
import { trueEffects } from '../../examples/service-training/figure-truth.js';
import { FIGURE_ROWS } from '../../examples/service-training/figures.js';
import { progressLine, runTasks } from '../../examples/service-training/processes.js';
import { type Coverage, coverageOf } from './coverage.js';
import type { StudyTask } from './study-process.js';

const { values: options } = parseArgs({
  options: {
    studies: { type: 'string', default: '100' },
    trees: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
});
const studyCount = wholeNumber('studies', options.studies);
const numTrees = wholeNumber('trees', options.trees);

const stated = FIGURE_ROWS.filter(({ reported }) => reported !== null);
const truths = trueEffects(stated);
const tasks: StudyTask[] = Array.from({ length: studyCount }, (_, k) => ({ seed: k + 1, numTrees }));
const studies = await runTasks<StudyTask, readonly PercentInterval[]>(
  new URL('study-process.ts', import.meta.url),
  tasks,
  progressLine('studies', studyCount),
);

const rowsOf = (belongs: (figure: number) => boolean) =>
  stated.flatMap(({ figure }, row) => (belongs(figure) ? [row] : []));
const figures = [...new Set(stated.map(({ figure }) => figure))];
const overall = coverageOf(
  studies,
  truths,
  rowsOf(() => true),
);
const passes = overall.coverage >= 95 - 3 * (overall.standardError ?? Number.POSITIVE_INFINITY);

if (options.json) {
  const byFigure = figures.map((figure) => ({
    figure,
    ...coverageOf(
      studies,
      truths,
      rowsOf((other) => other === figure),
    ),
  }));
  const byNumber = stated.map((row, k) => ({ ...row, truth: truths[k], ...coverageOf(studies, truths, [k]) }));
  console.log(JSON.stringify({ studies: studyCount, numTrees, overall, passes, byFigure, byNumber }, null, 1));
} else {
  const line = (label: string, found: Coverage) =>
    [
      label.padEnd(54),
      found.coverage.toFixed(1).padStart(8),
      (found.standardError?.toFixed(1) ?? '').padStart(5),
      found.bias.toFixed(2).padStart(7),
      found.spread.toFixed(2).padStart(7),
      found.claimed.toFixed(2).padStart(8),
    ].join(' ');
  console.log(`${studyCount} simulated studies, ${numTrees} trees a forest; percent and percentage points`);
  console.log(`${'stated numbers'.padEnd(54)} coverage    se    bias  spread  claimed`);
  stated.forEach((row, k) => {
    const { figure, outcome, month, group, design } = row;
    const label = `figure ${figure} ${outcome} ${month} ${group ?? design ?? ''}`;
    console.log(line(label, coverageOf(studies, truths, [k])));
  });
  for (const figure of figures) {
    const rows = rowsOf((other) => other === figure);
    console.log(line(`figure ${figure}`, coverageOf(studies, truths, rows)));
  }
  console.log(line('all', overall));
  console.log(`${passes ? 'passes' : 'FAILS'}: within three standard errors of 95 %, or above`);
}
if (!passes) process.exitCode = 1;

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`--${option} must be a whole number of at least 1; received ${text}`);
  return value;
}
