/**
 * The library's own words in pictures and pages, by language. Names of outcomes, windows, groups and covariates are the
 * user's and are never translated. A language is one more entry here: every word is a required field.
 */
import { requireOneOf } from '../base/options.js';

/** Languages of pictures and pages. */
export type Language = 'en' | 'zh';

/** One language's words; functions where a number or name stands inside. */
export interface Words {
  readonly percent: (number: string) => string;
  readonly interval: (level: string) => string;
  readonly simultaneousInterval: (level: string) => string;
  readonly estimate: string;
  readonly rows: (count: string) => string;
  readonly arms: (treated: string, control: string) => string;
  readonly to: (from: string, until: string) => string;
  readonly noEstimate: string;
  readonly noInterval: string;
  readonly noReason: string;
  readonly treated: string;
  readonly control: string;
  readonly threshold: (value: string) => string;
  readonly rowCount: string;
  readonly average: string;
  readonly shareOfRows: string;
  readonly rowsByEffect: string;
  readonly pointwise: (level: string) => string;
  readonly oneInRows: (step: string) => string;
  readonly mixesNoise: string;
  readonly propensity: string;
  readonly allRows: string;
  readonly before: string;
  readonly after: string;
  readonly balanceUnit: string;
  readonly balanceLimit: (value: string) => string;
  readonly isMissing: string;
  readonly isPresent: string;
  readonly orMissing: string;
  readonly is: string;
  readonly yes: string;
  readonly no: string;
  readonly andMore: (count: number) => string;
  readonly colon: string;
  readonly comma: string;
  readonly separator: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    percent: (number) => `${number}\u00a0%`,
    interval: (level) => `${level} interval`,
    simultaneousInterval: (level) => `${level} interval for all at once`,
    estimate: 'estimate',
    rows: (count) => `n = ${count}`,
    arms: (treated, control) => `${treated} treated, ${control} control`,
    to: (from, until) => `${from} to ${until}`,
    noEstimate: 'no estimate',
    noInterval: 'no interval',
    noReason: 'not estimated',
    treated: 'treated',
    control: 'control',
    threshold: (value) => `threshold ${value}`,
    rowCount: 'rows',
    average: 'average effect',
    shareOfRows: 'share of rows',
    rowsByEffect: 'rows, from the smallest estimated effect to the largest',
    pointwise: (level) => `${level} interval of each row`,
    oneInRows: (step) => `Every ${step}th row by rank is drawn.`,
    mixesNoise: 'The spread of estimated effects mixes real differences with noise.',
    propensity: 'estimated chance of treatment',
    allRows: 'all rows',
    before: 'before weighting',
    after: 'after weighting',
    balanceUnit: 'standardised difference of means, treated minus control',
    balanceLimit: (value) => `±${value}, a common limit`,
    isMissing: 'is missing',
    isPresent: 'is present',
    orMissing: 'or missing',
    is: 'is',
    yes: 'yes',
    no: 'no',
    andMore: (count) => `and ${count} more`,
    colon: ': ',
    comma: ', ',
    separator: '; ',
  },
  zh: {
    percent: (number) => `${number}%`,
    interval: (level) => `${level} 置信区间`,
    simultaneousInterval: (level) => `${level} 联合置信区间`,
    estimate: '估计值',
    rows: (count) => `n = ${count}`,
    arms: (treated, control) => `处理组 ${treated}，对照组 ${control}`,
    to: (from, until) => `${from} 至 ${until}`,
    noEstimate: '无法估计',
    noInterval: '无区间',
    noReason: '未能估计',
    treated: '处理组',
    control: '对照组',
    threshold: (value) => `阈值 ${value}`,
    rowCount: '行数',
    average: '平均效应',
    shareOfRows: '行的占比',
    rowsByEffect: '各行，按估计效应从小到大',
    pointwise: (level) => `每行的 ${level} 置信区间`,
    oneInRows: (step) => `按名次每 ${step} 行取一行绘出。`,
    mixesNoise: '估计效应的离散程度既含真实差异，也含噪声。',
    propensity: '接受处理的估计概率',
    allRows: '全部行',
    before: '加权前',
    after: '加权后',
    balanceUnit: '标准化均值差（处理组减对照组）',
    balanceLimit: (value) => `±${value}，常用界限`,
    isMissing: '缺失',
    isPresent: '未缺失',
    orMissing: '或缺失',
    is: '为',
    yes: '是',
    no: '否',
    andMore: (count) => `等另外 ${count} 项`,
    colon: '：',
    comma: '，',
    separator: '；',
  },
};

/** @throws InvalidOptionError for a language that is not there */
export const wordsOf = (language: Language = 'en'): Words =>
  WORDS[requireOneOf('language', language, Object.keys(WORDS) as Language[])];

/** A number as pictures and pages write it: grouped thousands, a true minus, no negative zero. */
export function writeNumber(value: number, digits: number): string {
  const [whole, fraction] = Math.abs(value).toFixed(digits).split('.') as [string, string?];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `\u2212${text}` : text;
}

/** 0.95 as "95 %". */
export const writeLevel = (words: Words, level: number): string =>
  words.percent(String(Number((100 * level).toFixed(6))));

/** Digits after the point so that a number of this size shows at least three figures, at most 6 digits. */
export const digitsFor = (size: number): number =>
  size > 0 && Number.isFinite(size) ? Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(size)))) : 0;
