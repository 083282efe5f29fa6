/** The eight kinds of pictures with small data of awkward kinds: holes, long names, Chinese, one value, nothing at all. */
import { fitCausalTree } from '../../../src/causal/tree/fit-causal-tree.js';
import { createTrial } from '../../../src/data/create-trial.js';
import { streamFor } from '../../../src/math/random.js';
import {
  drawBalance,
  drawCausalTree,
  drawEffectAlongCovariate,
  drawEffectDistribution,
  drawEffectsOverWindows,
  drawGroupComparison,
  drawOverlap,
  drawTreatmentShares,
} from '../../../src/report/figures/index.js';

const LONG = 'tier 3 and below, a name that is so long that no column could ever hold it on one line';

function smallTree() {
  const stream = streamFor(11, 'tree for a picture');
  const rows = Array.from({ length: 600 }, () => {
    const age = 18 + stream.below(40);
    const unit = ['North', 'South', '西部', 'East'][stream.below(4)];
    const treatment = stream.below(2);
    return { age, unit, treatment, y: (age > 40 ? 3 : 0) * treatment + (unit === 'North' ? 1 : 0) + stream.normal() };
  });
  const trial = createTrial(rows, { covariates: ['age', 'unit'], treatment: 'treatment', outcomes: { y: 'y' } });
  return fitCausalTree(trial, { outcome: 'y', seed: 2, maxDepth: 3 });
}

const tenths = Array.from({ length: 11 }, (_, k) => k / 10);

/** Each picture by name, at a width. */
export const PICTURES: Readonly<Record<string, (width: number) => Promise<string>>> = {
  'effects-over-windows': (width) =>
    drawEffectsOverWindows({
      title: 'Effect on income, by window',
      width,
      percent: true,
      valueLabel: 'effect, relative to no training',
      windowLabel: 'months counted together',
      estimates: ['income per hour', 'income per service'].flatMap((series, s) =>
        [1, 2, 3].map((month) => ({
          window: `months 1–${month}`,
          series,
          estimate: s === 1 && month === 2 ? null : 16 - 3 * month + 2 * s,
          interval: s === 1 && month === 2 ? null : ([10 - 3 * month, 21 - 3 * month] as const),
          simultaneousInterval: s === 1 && month === 2 ? null : ([8 - 3 * month, 23 - 3 * month] as const),
          reason: s === 1 && month === 2 ? 'fewer than 30 rows were treated' : null,
          references: { truth: 15 - 3 * month, 'the report': month === 3 ? 5.5 : null },
          rows: 2009,
        })),
      ),
    }),
  'effects-over-windows-zh': (width) =>
    drawEffectsOverWindows({
      title: '图 5 AI 训练对于收入影响的性别差异',
      width,
      language: 'zh',
      percent: true,
      valueLabel: '相对于没有 AI 训练的效应',
      estimates: ['女性', '男性'].flatMap((series, s) =>
        ['首月', '前两个月', '前三个月'].map((window, k) => ({
          window,
          series,
          panel: k < 3 && s === 0 ? '左' : '右',
          estimate: 4 + k + s,
          interval: [1 + k, 8 + k] as const,
          rows: s === 0 ? 1647 : 362,
        })),
      ),
    }),
  'group-comparison': (width) =>
    drawGroupComparison({
      title: 'Income per service over six months, by group',
      width,
      percent: true,
      valueLabel: 'effect on income per service',
      overall: {
        group: 'all workers',
        estimate: 14,
        interval: [11, 17],
        simultaneousInterval: [10, 18],
        treated: 512,
        control: 1497,
      },
      estimates: [
        {
          grouping: 'gender',
          group: '女性',
          estimate: 14.5,
          interval: [11, 18],
          treated: 420,
          control: 1227,
          references: { truth: 14.5 },
        },
        {
          grouping: 'gender',
          group: 'men',
          estimate: 11.7,
          interval: null,
          treated: 92,
          control: 270,
          reason: 'too few trees for a variance',
        },
        {
          grouping: 'city tier',
          group: LONG,
          estimate: null,
          interval: null,
          reason: 'nobody was treated',
          treated: 0,
          control: 30,
        },
      ],
    }),
  'treatment-shares': (width) =>
    drawTreatmentShares({
      title: 'AI share of training, and the two labels',
      width,
      percent: true,
      shareLabel: 'AI share of training time',
      threshold: 50,
      histogram: { edges: tenths.map((edge) => 100 * edge), counts: [880, 240, 170, 120, 87, 80, 90, 90, 110, 142] },
      treated: 512,
      control: 1497,
      treatedLabel: 'mainly AI',
      controlLabel: 'mainly traditional',
    }),
  overlap: (width) =>
    drawOverlap({
      title: 'Chance of being trained by AI',
      width,
      treated: { edges: tenths, counts: [0, 40, 200, 180, 70, 22, 0, 0, 0, 0] },
      control: { edges: tenths, counts: [30, 350, 700, 310, 90, 17, 0, 0, 0, 0] },
    }),
  'effect-distribution': (width) =>
    drawEffectDistribution({
      title: 'Effects of single workers',
      width,
      valueLabel: 'effect on income, yuan per service',
      histogram: { edges: [-1, 0, 1, 2, 3], counts: [40, 900, 880, 189] },
      points: tenths.map((rank) => ({ rank, effect: 3 * rank - 0.6, lower: 3 * rank - 2, upper: 3 * rank + 1 })),
      average: 0.95,
      rows: 2009,
    }),
  'effect-along-covariate': (width) =>
    drawEffectAlongCovariate({
      title: 'Effect on income along age',
      width,
      percent: true,
      covariate: 'age',
      valueLabel: 'effect on income per service',
      points: [
        { label: 'under 30', estimate: 6.4, interval: [0, 13.3], rows: 407 },
        { label: '30 to under 46', estimate: 5.1, interval: [1.5, 9], rows: 1302 },
        { label: '46 and over', estimate: null, interval: null, rows: 12, reason: 'fewer than 30 rows' },
      ],
    }),
  'causal-tree': (width) =>
    drawCausalTree({ title: 'Who gains, by an honest tree', width, tree: smallTree(), valueLabel: 'effect on y' }),
  balance: (width) =>
    drawBalance({
      title: 'Covariates before and after weighting',
      width,
      treated: 512,
      control: 1497,
      entries: [
        { label: '年龄', before: 0.31, after: 0.02 },
        { label: 'businessUnit', level: LONG, before: -0.16, after: 0.04 },
        { label: 'constant', before: null, after: null },
      ],
    }),
};
