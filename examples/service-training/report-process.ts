/** A child of report.ts: estimates the rows it is sent from the CSV file. */
import { readCsv } from 'causal-forest/node';
import { type Finding, startAnalysis } from './estimate.js';
import type { FigureRow } from './figures.js';
import { serveTasks } from './processes.js';

export interface ReportTask {
  readonly rows: readonly FigureRow[];
}

const analysis = startAnalysis(await readCsv(new URL('data/workers.csv.gz', import.meta.url)), { simultaneous: true });

serveTasks<ReportTask, readonly Finding[]>(({ rows }, onForest) => analysis.estimate(rows, onForest));
