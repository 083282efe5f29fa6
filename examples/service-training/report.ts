/**
 * `npm run report`: fits what figures 2 to 15 need on the simulated study and prints, for each effect, the report's
 * number, the simulated truth, our estimate with its 95 % interval, and whether the interval holds the truth. Writes
 * to out/:
 *   report.json             the same as an array of rows, in percent (table.ts)
 *   figure-01.svg … -15.svg the pictures
 *   report.html             one page with all of them, their tables, the method and the warnings; it needs no network
 *   run.json                seed, version, time
 * `--language zh` writes pictures and page in Chinese. `--redraw` draws from out/report.json without fitting again.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readCsv } from 'causal-forest/node';
import { type Finding, forestKey } from './estimate.js';
import { trueEffects } from './figure-truth.js';
import { FIGURE_ROWS, type FigureRow } from './figures.js';
import { progressLine, runTasks } from './processes.js';
import { type ReportRun, reportPage } from './report-page.js';
import type { ReportTask } from './report-process.js';
import { REPORT_WORDS, type ReportLanguage } from './report-words.js';
import { BUNDLED_SEED } from './study.js';
import { type ReportRow, reportRow, reportTable, verdict } from './table.js';

const OUTPUT = new URL('out/', import.meta.url);
const write = (name: string, text: string) => writeFileSync(new URL(name, OUTPUT), text);
const { values: asked } = parseArgs({
  options: { language: { type: 'string', default: 'en' }, redraw: { type: 'boolean', default: false } },
});
if (!(asked.language in REPORT_WORDS)) {
  process.stderr.write(
    `--language must be one of ${Object.keys(REPORT_WORDS).join(', ')}; received ${asked.language}\n`,
  );
  process.exit(2);
}

/** One task for each sample and outcome: its six windows and all groups. */
const taskKey = ({ design, outcome }: FigureRow) => `${design ?? 'allAi'} ${outcome}`;

async function analyse(): Promise<{ readonly rows: readonly ReportRow[]; readonly run: ReportRun }> {
  const tasks: ReportTask[] = [...new Set(FIGURE_ROWS.map(taskKey))].map((key) => ({
    rows: FIGURE_ROWS.filter((row) => taskKey(row) === key),
  }));
  const forests = new Set(FIGURE_ROWS.map(forestKey)).size;
  const start = performance.now();
  const results = await runTasks<ReportTask, readonly Finding[]>(
    new URL('report-process.ts', import.meta.url),
    tasks,
    progressLine('causal forests', forests),
  );
  const seconds = (performance.now() - start) / 1000;
  const found = new Map(tasks.flatMap(({ rows }, task) => rows.map((row, k) => [row, results[task]?.[k]] as const)));
  const truths = trueEffects(FIGURE_ROWS);
  const rows = FIGURE_ROWS.map((row, k) => reportRow(row, truths[k] as number, found.get(row) as Finding));
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  // Trees and seed are the defaults of startAnalysis.
  return { rows, run: { seconds, version, numTrees: 2000, seed: 1, dataSeed: BUNDLED_SEED, forests } };
}

const read = (name: string) => JSON.parse(readFileSync(new URL(name, OUTPUT), 'utf8'));

process.stdout.write(
  'Simulated data: the data of the report are not public. 2,009 simulated workers, 512 mainly trained with AI.\n\n',
);
mkdirSync(OUTPUT, { recursive: true });
const { rows, run } = asked.redraw ? { rows: read('report.json'), run: read('run.json') } : await analyse();
process.stdout.write(`${reportTable(rows)}\n\n${verdict(rows)}\n`);
write('report.json', `${JSON.stringify(rows, null, 1)}\n`);
write('run.json', `${JSON.stringify(run, null, 1)}\n`);

const table = await readCsv(new URL('data/workers.csv.gz', import.meta.url));
const numbers = (name: string) => Array.from(table[name] ?? [], Number);
const treated = numbers('treated').reduce((sum, one) => sum + one, 0);
const page = await reportPage({ rows, shares: numbers('aiShare'), treated, run }, asked.language as ReportLanguage);
page.figures.forEach((svg, k) => {
  write(`figure-${String(k + 1).padStart(2, '0')}.svg`, svg);
});
write('report.html', page.html);
process.stdout.write(`Written to ${fileURLToPath(OUTPUT)}: report.html, report.json, figure-01.svg to figure-15.svg\n`);
