/** The page's own words, by language. What a study names itself (outcomes, windows, groups) is never translated. */
import { requireOneOf } from '../../base/options.js';
import type { Language } from '../words.js';

/** One language's words; functions where a number or name stands inside. */
export interface PageWords {
  readonly skip: string;
  readonly contents: string;
  readonly copy: string;
  readonly copied: string;
  readonly download: string;
  readonly failed: string;
  readonly table: (caption: string) => string;
  readonly method: string;
  readonly warnings: string;
  readonly noWarnings: string;
  readonly notes: string;
  readonly facts: string;
  readonly seed: string;
  readonly version: string;
  readonly time: string;
  readonly seconds: (count: string) => string;
  readonly rows: string;
  readonly clusters: string;
  readonly weights: string;
  readonly trees: string;
  readonly forests: string;
  readonly none: string;
}

const WORDS: Readonly<Record<Language, PageWords>> = {
  en: {
    skip: 'Skip to the results',
    contents: 'Contents',
    copy: 'Copy table',
    copied: 'Table copied.',
    download: 'Download CSV',
    failed: 'The browser did not allow it; select the table and copy it by hand.',
    table: (caption) => `Table: ${caption}`,
    method: 'Method',
    warnings: 'Warnings',
    noWarnings: 'None.',
    notes: 'Notes',
    facts: 'How this was computed',
    seed: 'Seed',
    version: 'Library',
    time: 'Time taken',
    seconds: (count) => `${count} s`,
    rows: 'Rows',
    clusters: 'Clusters',
    weights: 'Weights',
    trees: 'Trees of a forest',
    forests: 'Forests fitted',
    none: 'none',
  },
  zh: {
    skip: '跳到结果',
    contents: '目录',
    copy: '复制表格',
    copied: '表格已复制。',
    download: '下载 CSV',
    failed: '浏览器不允许此操作；请手动选中表格并复制。',
    table: (caption) => `表：${caption}`,
    method: '方法',
    warnings: '警告',
    noWarnings: '无。',
    notes: '说明',
    facts: '计算方式',
    seed: '随机种子',
    version: '软件库',
    time: '用时',
    seconds: (count) => `${count} 秒`,
    rows: '行数',
    clusters: '聚类数',
    weights: '权重',
    trees: '每个森林的树数',
    forests: '拟合的森林数',
    none: '无',
  },
};

/** @throws InvalidOptionError for a language that is not there */
export const pageWords = (language: Language): PageWords =>
  WORDS[requireOneOf('language', language, Object.keys(WORDS) as Language[])];
