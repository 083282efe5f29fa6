/**
 * A small study as plain data: two outcomes, three windows, two designs, one grouping, a hole with its reason, names in
 * Chinese and names that HTML and XML must escape. Made up: it tests what draws and prints, not what estimates.
 */
import type { Study, StudyDifference, StudyEffect, StudyRow, StudyTrend } from '../../src/study/types.js';

const effect = (estimate: number, standardError: number): StudyEffect => ({
  estimate,
  standardError,
  interval: [estimate - 1.96 * standardError, estimate + 1.96 * standardError],
  simultaneousInterval: [estimate - 2.7 * standardError, estimate + 2.7 * standardError],
  pValue: Math.min(1, Math.exp(-((estimate / standardError) ** 2) / 2)),
  adjusted: { romanoWolf: 0.012, holm: 0.02, benjaminiHochberg: 0.01 },
});

export const HOSTILE = '女性 <b>"&\'</b>';
const WINDOWS = ['month 1', 'months 1–2', 'months 1–3'];
const GROUPS = [HOSTILE, 'men'];
const HOLE = { code: 'NO_ESTIMATE', message: "no row of group 'men' was treated" };

const rows: StudyRow[] = ['income', 'failures'].flatMap((outcome, o) =>
  ['ai', 'adversarial'].flatMap((design, d) =>
    WINDOWS.flatMap((window, w) =>
      [null, ...GROUPS].map((group, g): StudyRow => {
        const hole = outcome === 'income' && design === 'adversarial' && group === 'men';
        const size = (o === 0 ? 10 : -20) + 4 * d + 2 * w - 3 * g;
        return {
          outcome,
          window,
          groupBy: group === null ? null : 'gender',
          group,
          design,
          family: outcome,
          rows: hole ? 45 : 900 - 200 * g - 300 * d,
          treated: hole ? 0 : 230 - 50 * g - 90 * d,
          control: hole ? 45 : 670 - 150 * g - 210 * d,
          clusters: null,
          controlMean: hole ? null : 27.5 + o,
          difference: hole ? null : effect(size / 4, 0.6),
          percent: hole ? null : effect(size, 2.4 + g),
          warnings: hole ? [HOLE] : [],
        };
      }),
    ),
  ),
);

const difference = (window: string): StudyDifference => ({
  outcome: 'income',
  window,
  groupBy: 'gender',
  group: 'men',
  reference: HOSTILE,
  design: 'ai',
  family: 'income',
  difference: effect(-0.7, 0.8),
  percent: effect(-3, 3.1),
  warnings: [],
});

const trend: StudyTrend = {
  outcome: 'income',
  groupBy: null,
  group: null,
  design: 'ai',
  family: 'income',
  windows: WINDOWS,
  difference: effect(0.5, 0.2),
  percent: effect(2, 0.9),
  warnings: [],
};

const tenths = Array.from({ length: 11 }, (_, k) => k / 10);

const design = (name: string, label: string, treated: number) => ({
  name,
  label,
  column: name,
  rows: 670 + treated,
  treated,
  control: 670,
  clusters: null,
  treatedShare: treated / (670 + treated),
  overlap: {
    source: 'forest' as const,
    treated: { edges: tenths, counts: [0, 20, 90, 80, 30, 10, 0, 0, 0, 0] },
    control: { edges: tenths, counts: [10, 150, 320, 140, 40, 10, 0, 0, 0, 0] },
    smallest: 0.06,
    largest: 0.58,
    extreme: 0,
  },
  balance: [
    { covariate: 'age', label: '年龄', level: null, before: 0.21, after: 0.02 },
    { covariate: 'unit', label: 'unit', level: 'north & south', before: -0.14, after: -0.03 },
    { covariate: 'unit', label: 'unit', level: 'other levels', before: null, after: null },
  ],
  warnings: [],
});

export const SMALL_STUDY: Study = {
  kind: 'study',
  title: 'A small study <of nothing>',
  rows,
  differences: WINDOWS.map(difference),
  trends: [trend],
  families: [
    {
      name: 'income',
      of: 'rows',
      level: 0.95,
      critical: { difference: 2.7, percent: 2.7 },
      members: { difference: 15, percent: 15 },
    },
  ],
  outcomes: [
    { name: 'income', label: 'income per service', kind: 'meanOfRatios', unit: 'yuan' },
    { name: 'failures', label: '质检不合格数', kind: 'column', unit: null },
  ],
  windows: WINDOWS.map((name, k) => ({ name, label: name, at: k + 1 })),
  groups: [
    {
      name: 'gender',
      label: 'gender',
      groups: GROUPS.map((label, k) => ({ label, rows: 700 - 200 * k })),
      missing: 0,
      warnings: [],
    },
  ],
  designs: [design('ai', 'AI training', 230), design('adversarial', 'adversarial scripts', 140)],
  covariates: [
    { name: 'age', label: '年龄', kind: 'number' },
    { name: 'unit', label: 'unit', kind: 'category' },
  ],
  distributions: [
    {
      outcome: 'income',
      window: 'months 1–3',
      design: 'ai',
      rows: 900,
      points: tenths.map((rank) => ({
        rank,
        effect: 1 + 3 * rank,
        lower: rank === 1 ? null : 3 * rank - 1,
        upper: rank === 1 ? null : 3 * rank + 3,
      })),
      histogram: { edges: [0, 1, 2, 3, 4, 5], counts: [20, 260, 420, 160, 40] },
      average: 2.4,
    },
  ],
  profiles: [
    {
      outcome: 'income',
      window: 'months 1–3',
      design: 'ai',
      covariate: 'age',
      label: '年龄',
      kind: 'number',
      measure: 'difference',
      points: [
        {
          label: 'under 30',
          at: 25,
          from: null,
          to: 30,
          rows: 300,
          estimate: 2.1,
          standardError: 0.8,
          interval: [0.5, 3.7],
        },
        {
          label: '30 and over',
          at: 44,
          from: 30,
          to: null,
          rows: 600,
          estimate: 2.6,
          standardError: 0.7,
          interval: [1.2, 4],
        },
      ],
    },
  ],
  treatmentShare: {
    column: 'aiShare',
    label: 'AI share of training',
    histogram: { edges: tenths, counts: [400, 120, 70, 50, 30, 40, 40, 50, 40, 60] },
  },
  table: { rows: 900, clusters: null, clusterColumn: null, weightColumn: null },
  level: 0.95,
  target: 'all',
  numTrees: 500,
  seed: 7,
  draws: 2000,
  forests: 12,
  seconds: 3.4,
  version: '0.0.0',
  warnings: [{ code: 'FEW_TREES', message: 'fewer trees than recommended' }],
};
