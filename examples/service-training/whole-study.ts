/**
 * The same analysis as estimate.ts, and more, as one declaration: nine outcomes over six windows, AI training as given
 * and each of the five designs against the controls, all workers and nine groups: 3,240 effects from 324 forests, with
 * intervals and p-values that account for each other.
 */
import { runStudy, type Study, type StudyOptions } from 'causal-forest';
import { DESIGNS } from './designs.js';
import { COVARIATES, type StudyTable, withWindows } from './estimate.js';
import { GROUPS } from './figures.js';
import { OUTCOMES } from './outcomes.js';

export const wholeStudy = (table: StudyTable, options: StudyOptions = {}): Promise<Study> =>
  runStudy(
    withWindows(table),
    {
      title: 'AI training and careers (simulated)',
      covariates: COVARIATES,
      treatment: { column: 'treated', label: 'AI training' },
      designs: Object.fromEntries(DESIGNS.map((design) => [design, design])),
      outcomes: Object.fromEntries(
        Object.entries(OUTCOMES).map(([name, [numerator, denominator]]) => [name, { numerator, denominator }]),
      ),
      windows: ['1', '2', '3', '4', '5', '6'].map((name) => ({ name, label: `months 1 to ${name}` })),
      windowColumns: (column, window) => `${column} first ${window}`,
      groups: Object.fromEntries(Object.keys(GROUPS).map((column) => [column, column])),
      treatmentShare: { column: 'aiShare', label: 'share of training with AI' },
    },
    options,
  );
