// A whole study in one call: outcomes by windows and groups, with intervals that hold together.
import { runStudy, type StudyEffect } from 'causal-forest';
import { readCsv } from 'causal-forest/node';

const study = await runStudy(
  await readCsv('examples/service-training/data/workers.csv.gz'),
  {
    covariates: ['businessUnit', 'firstWorkDate', 'age', { column: 'gender', label: 'Gender' }],
    treatment: { column: 'treated', label: 'AI training' },
    outcomes: {
      incomePerHour: { numerator: 'income', denominator: 'hours', as: 'totals', label: 'Income per hour' },
      failures: { column: 'qcFailures', label: 'Quality failures', unit: 'failures a month' },
    },
    windows: [1, 2, 3, 4].map((month) => ({ name: `month ${month}`, at: month })),
    windowColumns: (column, window) => column + window.slice('month '.length),
    groups: { gender: 'gender', age: { column: 'age', cuts: [30, 46] } },
  },
  { numTrees: 200, seed: 1, onProgress: ({ phase, done }) => phase === 'study' && console.log(`${done} forests`) },
);

const percent = (effect: StudyEffect | null): string =>
  effect?.estimate == null || !effect.simultaneousInterval
    ? 'cannot be told'
    : `${effect.estimate.toFixed(1)} % [${effect.simultaneousInterval.map((limit) => limit.toFixed(1)).join(', ')}]`;

const label = (name: string) => study.outcomes.find((outcome) => outcome.name === name)?.label;
for (const row of study.rows.filter(({ window, groupBy }) => window === 'month 4' && groupBy !== 'age'))
  console.log(
    `${label(row.outcome)}, ${row.window}, ${row.group ?? 'everyone'} (n = ${row.rows}): ${percent(row.percent)}`,
  );
for (const trend of study.trends.filter(({ group }) => group === null))
  console.log(`${label(trend.outcome)}, change per month: ${percent(trend.percent)}`);
const different = study.differences.filter(({ percent: effect }) => (effect?.adjusted?.romanoWolf ?? 1) <= 0.05);
console.log(`${different.length} of ${study.differences.length} differences between groups at an adjusted 5 %`);
for (const { name, of, critical } of study.families)
  console.log(`family ${name}, ${of}: ± ${critical.percent?.toFixed(2)} standard errors instead of 1.96`);
