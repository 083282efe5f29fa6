// A study as a page that anyone can open, and single figures as SVG and PNG. Needs the optional packages
// @observablehq/plot, linkedom (outside browsers) and, for PNG, @resvg/resvg-js.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createTrial, fitCausalTree, runStudy } from 'causal-forest';
import { readCsv } from 'causal-forest/node';
import { drawCausalTree, drawGroupComparison, htmlReport, toPng } from 'causal-forest/report';

const out = new URL('out/', import.meta.url);
mkdirSync(out, { recursive: true });
const save = (name: string, content: string | Uint8Array) => {
  writeFileSync(new URL(name, out), content);
  console.log(`examples/out/${name}: ${content.length} ${typeof content === 'string' ? 'characters' : 'bytes'}`);
};

const workers = await readCsv('examples/service-training/data/workers.csv.gz');
const study = await runStudy(
  workers,
  {
    title: 'AI training in the first three months (simulated workers)',
    covariates: [
      'businessUnit',
      'firstWorkDate',
      { column: 'age', label: 'Age' },
      { column: 'gender', label: 'Gender' },
    ],
    treatment: { column: 'treated', label: 'AI training' },
    outcomes: {
      incomePerHour: { numerator: 'income', denominator: 'hours', as: 'totals', label: 'income per hour' },
      failures: { column: 'qcFailures', label: 'quality-control failures', unit: 'a month' },
    },
    windows: [1, 2, 3].map((month) => ({ name: `month ${month}`, at: month })),
    windowColumns: (column, window) => column + window.slice('month '.length),
    groups: { gender: 'gender' },
  },
  { numTrees: 200, seed: 1 },
);

// Everything on one page: open it in a browser, print it, save its tables as CSV.
save('study.html', await htmlReport(study));

// A figure from rows: any numbers with intervals will do.
const svg = await drawGroupComparison({
  title: 'Income per hour in the third month',
  valueLabel: 'effect of AI training, relative to none',
  percent: true,
  estimates: study.rows
    .filter(({ outcome, window }) => outcome === 'incomePerHour' && window === 'month 3')
    .map(({ group, treated, control, percent }) => ({
      group: group ?? 'everyone',
      treated,
      control,
      estimate: percent?.estimate ?? null,
      interval: percent?.interval ?? null,
      simultaneousInterval: percent?.simultaneousInterval ?? null,
    })),
});
save('income.svg', svg);
save('income.png', await toPng(svg));

const trial = createTrial(workers, {
  covariates: ['age', 'gender', 'businessUnit'],
  treatment: 'treated',
  outcomes: { incomePerService: { numerator: 'income1', denominator: 'services1' } },
});
const tree = fitCausalTree(trial, { outcome: 'incomePerService', seed: 4, pruning: 'none', maxDepth: 2 });
save(
  'tree.svg',
  await drawCausalTree({ title: 'Who gains most in the first month', tree, valueLabel: 'yuan per service' }),
);
