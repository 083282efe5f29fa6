/** Sentences and table headings of a study's page, by language. Names are the study's own. */
import { requireOneOf } from '../../base/options.js';
import type { Language } from '../words.js';

/** One language's words; functions where names or numbers stand inside. */
export interface StudyWords {
  readonly title: string;
  readonly found: (of: {
    design: string;
    outcome: string;
    size: string;
    higher: boolean;
    window: string;
    interval: string;
  }) => string;
  readonly undecided: string;
  readonly notFound: (of: { design: string; outcome: string; reason: string }) => string;
  readonly window: (label: string) => string;
  readonly between: (level: string, lower: string, upper: string) => string;
  readonly relativeEffect: (outcome: string) => string;
  readonly effect: (outcome: string, unit: string | null) => string;
  readonly overall: (outcome: string) => string;
  readonly by: (outcome: string, grouping: string) => string;
  readonly all: string;
  readonly data: string;
  readonly share: (label: string) => string;
  readonly overlap: (design: string) => string;
  readonly balance: (design: string) => string;
  readonly smallLimit: string;
  readonly distribution: (outcome: string, window: string) => string;
  readonly along: (outcome: string, covariate: string, window: string) => string;
  readonly others: string;
  readonly onlyFirst: (design: string) => string;
  readonly differences: string;
  readonly trends: string;
  readonly trend: (outcome: string) => string;
  readonly column: Readonly<
    Record<
      | 'design'
      | 'window'
      | 'windows'
      | 'grouping'
      | 'group'
      | 'reference'
      | 'rows'
      | 'treated'
      | 'control'
      | 'controlMean'
      | 'effect'
      | 'lower'
      | 'upper'
      | 'allLower'
      | 'allUpper'
      | 'p'
      | 'adjusted'
      | 'covariate'
      | 'before'
      | 'after',
      string
    >
  >;
  readonly inPercent: string;
  readonly inPoints: string;
  readonly method: (of: {
    trees: string;
    level: string;
    draws: string;
    known: boolean;
    target: string;
    clustered: boolean;
  }) => readonly string[];
  readonly places: (message: string, places: string, more: number) => string;
}

const WORDS: Readonly<Record<Language, StudyWords>> = {
  en: {
    title: 'Effects of a treatment',
    found: ({ design, outcome, size, higher, window, interval }) =>
      `${design} ${higher ? 'raised' : 'lowered'} ${outcome} by an estimated ${size} (${window === '' ? '' : `${window}; `}${interval}).`,
    undecided: 'The interval holds zero: these data do not show whether it rose or fell.',
    notFound: ({ design, outcome, reason }) =>
      `The effect of ${design} on ${outcome} could not be estimated: ${reason}.`,
    window: (label) => label,
    between: (level, lower, upper) => `${level} interval from ${lower} to ${upper}`,
    relativeEffect: (outcome) => `effect on ${outcome}, relative to no treatment`,
    effect: (outcome, unit) => `effect on ${outcome}${unit === null ? '' : `, ${unit}`}`,
    overall: (outcome) => `Effect on ${outcome}`,
    by: (outcome, grouping) => `Effect on ${outcome} by ${grouping}`,
    all: 'all',
    data: 'Who was treated, and with whom they are compared',
    share: (label) => `How treatment is shared out: ${label}`,
    overlap: (design) => `Overlap of the arms: ${design}`,
    balance: (design) => `Covariates before and after weighting: ${design}`,
    smallLimit: 'Weighting is by the inverse of the estimated chance of the arm a row is in.',
    distribution: (outcome, window) => `Effects of single rows on ${outcome}${window === '' ? '' : `, ${window}`}`,
    along: (outcome, covariate, window) =>
      `Effect on ${outcome} along ${covariate}${window === '' ? '' : `, ${window}`}`,
    others: 'Other treatments',
    onlyFirst: (design) =>
      `Effects of single rows and along covariates are drawn for ${design} only; those of the other treatments are in the study's data (distributions, profiles).`,
    differences: 'Differences between groups',
    trends: 'Trends over windows',
    trend: (outcome) => `Change of the effect on ${outcome} for each step of one on the axis of windows`,
    column: {
      design: 'Treatment',
      window: 'Window',
      windows: 'Windows',
      grouping: 'Grouping',
      group: 'Group',
      reference: 'minus',
      rows: 'Rows',
      treated: 'Treated',
      control: 'Control',
      controlMean: 'Mean without treatment',
      effect: 'Effect',
      lower: 'Interval from',
      upper: 'to',
      allLower: 'For all at once from',
      allUpper: 'to',
      p: 'p',
      adjusted: 'p, adjusted',
      covariate: 'Covariate',
      before: 'Before weighting',
      after: 'After weighting',
    },
    inPercent: 'in percent of the mean without treatment',
    inPoints: 'in percentage points',
    method: ({ trees, level, draws, known, target, clustered }) => [
      `Each effect compares what happened with what would have happened without the treatment. For every outcome, window and ` +
        `treatment an honest causal forest of ${trees} trees was fitted (Athey, Tibshirani and Wager 2019), after each row's ` +
        `expected outcome and chance of treatment had been ${known ? 'set aside (the chance of treatment is known by design)' : 'estimated by other forests'}, ` +
        'never from trees that saw the row. Averages are taken over doubly robust scores: they are right if either of the two models is. ' +
        `Target of the averages: ${target}. Standard errors ${clustered ? 'allow for dependence within clusters' : 'treat rows as independent'}.`,
      `Intervals hold the truth in ${level} of studies made this way, one by one. Intervals for all at once hold together for all ` +
        `effects of a family, and adjusted p-values allow for their number (Romano and Wolf 2005, by a multiplier bootstrap ` +
        `of ${draws} draws that keeps the dependence between effects).`,
      'What this cannot repair: something outside the covariates that drove both treatment and outcome, and rows so unlike those of ' +
        'the other arm that no comparison exists; the pictures of overlap show whether there are any.',
    ],
    places: (message, places, more) => `${message} (${places}${more > 0 ? ` and ${more} more` : ''})`,
  },
  zh: {
    title: '处理效应研究',
    found: ({ design, outcome, size, higher, window, interval }) =>
      `与不接受“${design}”相比，接受后“${outcome}”${higher ? '高出' : '降低'} ${size}（${window === '' ? '' : `${window}；`}${interval}）。`,
    undecided: '区间包含零：现有数据无法判断其升降。',
    notFound: ({ design, outcome, reason }) => `“${design}”对“${outcome}”的效应无法估计：${reason}。`,
    window: (label) => label,
    between: (level, lower, upper) => `${level} 置信区间 ${lower} 至 ${upper}`,
    relativeEffect: (outcome) => `对${outcome}的效应（相对于不接受处理）`,
    effect: (outcome, unit) => `对${outcome}的效应${unit === null ? '' : `（${unit}）`}`,
    overall: (outcome) => `对${outcome}的效应`,
    by: (outcome, grouping) => `对${outcome}的效应，按${grouping}`,
    all: '全部',
    data: '谁接受了处理，与谁比较',
    share: (label) => `处理的分布：${label}`,
    overlap: (design) => `两组的重叠：${design}`,
    balance: (design) => `加权前后的协变量：${design}`,
    smallLimit: '权重为该行所在组的估计概率的倒数。',
    distribution: (outcome, window) => `各行在${outcome}上的效应${window === '' ? '' : `，${window}`}`,
    along: (outcome, covariate, window) =>
      `对${outcome}的效应随${covariate}的变化${window === '' ? '' : `，${window}`}`,
    others: '其他处理',
    onlyFirst: (design) =>
      `各行的效应与随协变量变化的效应只为“${design}”绘出；其他处理的相应结果见研究数据（distributions、profiles）。`,
    differences: '组间差异',
    trends: '随窗口的趋势',
    trend: (outcome) => `对${outcome}的效应，窗口轴上每增加一个单位的变化`,
    column: {
      design: '处理',
      window: '窗口',
      windows: '窗口',
      grouping: '分组依据',
      group: '组',
      reference: '减去',
      rows: '行数',
      treated: '处理组',
      control: '对照组',
      controlMean: '未处理均值',
      effect: '效应',
      lower: '区间下限',
      upper: '区间上限',
      allLower: '联合区间下限',
      allUpper: '联合区间上限',
      p: 'p 值',
      adjusted: '校正后 p 值',
      covariate: '协变量',
      before: '加权前',
      after: '加权后',
    },
    inPercent: '以未处理均值的百分比计',
    inPoints: '以百分点计',
    method: ({ trees, level, draws, known, target, clustered }) => [
      '每个效应都是将实际结果与未接受处理时本会发生的结果相比。对每个结果、窗口与处理，拟合一个含 ' +
        `${trees} 棵树的诚实因果森林（Athey、Tibshirani 与 Wager 2019）；此前每一行的期望结果与接受处理的概率` +
        `${known ? '已先行剔除（处理概率由设计已知）' : '由其他森林估计'}，且从不使用见过该行的树。平均值取自双重稳健得分：` +
        `两个模型中只要有一个正确，结果即正确。平均的对象：${target}。标准误${clustered ? '允许聚类内相关' : '假定各行独立'}。`,
      `单个置信区间在 ${level} 的同类研究中包含真值。联合置信区间对同一族的全部效应同时成立，校正后的 p 值考虑了检验个数` +
        `（Romano 与 Wolf 2005，${draws} 次乘子自助抽样，保留效应之间的相关性）。`,
      '本方法无法弥补：协变量之外同时影响处理与结果的因素，以及在另一组中找不到可比对象的行；重叠图显示是否存在这样的行。',
    ],
    places: (message, places, more) => `${message}（${places}${more > 0 ? ` 等另外 ${more} 处` : ''}）`,
  },
};

/** @throws InvalidOptionError for a language that is not there */
export const studyWords = (language: Language): StudyWords =>
  WORDS[requireOneOf('language', language, Object.keys(WORDS) as Language[])];
