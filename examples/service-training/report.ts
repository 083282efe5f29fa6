/**
 * `npm run report`: fits what figures 2 to 15 need on the simulated study and prints, for each effect, the report's
 * number, the simulated truth, our estimate with its 95 % interval, and whether the interval holds the truth. Writes
 * the same to out/report.json as an array of { figure, outcome, month, group, design, reported, truth, estimate,
 * lower, upper }, in percent.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { forestKey, type PercentInterval } from './estimate.js';
import { trueEffects } from './figure-truth.js';
import { FIGURE_ROWS, type FigureRow } from './figures.js';
import { progressLine, runTasks } from './processes.js';
import type { ReportTask } from './report-process.js';
import { reportRow, reportTable, verdict } from './table.js';

const OUTPUT = new URL('out/report.json', import.meta.url);

/** One task for each sample and outcome: its six windows and all groups. */
const taskKey = ({ design, outcome }: FigureRow) => `${design ?? 'allAi'} ${outcome}`;
const tasks: ReportTask[] = [...new Set(FIGURE_ROWS.map(taskKey))].map((key) => ({
  rows: FIGURE_ROWS.filter((row) => taskKey(row) === key),
}));

process.stdout.write(
  'Simulated data: the data of the report are not public. 2,009 simulated workers, 512 mainly trained with AI.\n\n',
);
const forestCount = new Set(FIGURE_ROWS.map(forestKey)).size;
const results = await runTasks<ReportTask, readonly PercentInterval[]>(
  new URL('report-process.ts', import.meta.url),
  tasks,
  progressLine('causal forests', forestCount),
);

const estimates = new Map(tasks.flatMap(({ rows }, task) => rows.map((row, k) => [row, results[task]?.[k]] as const)));
const truths = trueEffects(FIGURE_ROWS);
const rows = FIGURE_ROWS.map((row, k) => reportRow(row, truths[k] as number, estimates.get(row) as PercentInterval));

process.stdout.write(`${reportTable(rows)}\n\n${verdict(rows)}\n`);
mkdirSync(new URL('.', OUTPUT), { recursive: true });
writeFileSync(OUTPUT, `${JSON.stringify(rows, null, 1)}\n`);
process.stdout.write(`Written to ${fileURLToPath(OUTPUT)}\n`);
