import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, test } from 'vitest';
import { htmlReport } from '../../../src/report/index.js';
import { misplaced } from '../../support/picture-labels.js';
import { HOSTILE, SMALL_STUDY } from '../../support/small-study.js';

let text: string;
let page: Document;
beforeAll(async () => {
  text = await htmlReport(SMALL_STUDY);
  page = parseHTML(text).document;
});
const all = (selector: string) => Array.from(page.querySelectorAll(selector));

describe('the page of a study', () => {
  test('asks nothing of any network, and forbids it', () => {
    const without = text.replaceAll('http://www.w3.org/2000/svg', '');
    expect(without).not.toMatch(/https?:|src=|@import|url\(|<link/);
    expect(text).toContain(`content="default-src 'none'`);
  });

  test('the headline says the first outcome in words, the others follow', () => {
    expect(page.querySelector('h1')?.textContent).toBe('A small study <of nothing>');
    expect(page.querySelector('.lead')?.textContent).toBe(
      'AI training raised income per service by an estimated 14.0\u00a0% (months 1–3; 95\u00a0% interval from 9.3\u00a0% to 18.7\u00a0%).',
    );
    expect(all('header p')[1]?.textContent).toMatch(/^AI training lowered 质检不合格数 by an estimated 16\.0\u00a0%/);
  });

  test('an interval that holds zero is not told as a finding', async () => {
    const rows = SMALL_STUDY.rows.map((row) => ({
      ...row,
      percent: row.percent && { ...row.percent, interval: [-1, 29] as const },
    }));
    const unsure = await htmlReport({ ...SMALL_STUDY, rows });
    expect(parseHTML(unsure).document.querySelector('.lead')?.textContent).toMatch(
      /do not show whether it rose or fell/,
    );
  });

  test('each outcome has its effects, groups, differences, trends, rows and covariates; then the data', () => {
    expect(all('main h2').map((one) => one.textContent)).toEqual([
      'income per service',
      '质检不合格数',
      'Who was treated, and with whom they are compared',
      'Method',
      'Warnings',
    ]);
    expect(all('main section:first-of-type h3').map((one) => one.textContent)).toEqual([
      'Effect on income per service',
      'Effect on income per service by gender',
      'Differences between groups',
      'Trends over windows',
      'Effects of single rows on income per service, months 1–3, AI training',
      'Effect on income per service along 年龄, months 1–3, AI training',
    ]);
  });

  test('every figure is drawn for both widths, without a label clipped or meeting another', () => {
    const pictures = text.match(/<svg [^>]*role="img"[\s\S]*?\n<\/svg>/g) as string[];
    // Two for each of two outcomes, rows, covariate, shares, overlap and balance of two designs; each at two widths.
    expect(pictures).toHaveLength(2 * (4 + 2 + 1 + 4));
    expect(pictures.flatMap(misplaced)).toEqual([]);
  });

  test('pictures of one outcome share their scale', () => {
    const ticks = (k: number) =>
      Array.from(
        (all('figure .wide')[k] as Element).querySelectorAll('g[text-anchor="end"] text'),
        (one) => one.textContent,
      );
    expect(ticks(0)).toEqual(ticks(1).slice(0, ticks(0).length));
  });

  test('tables hold every row: names escaped, numbers rounded for the eye and whole for the file', () => {
    expect(text).not.toContain('<b>"&');
    const table = page.querySelector('table[data-file="income-gender"]') as Element;
    const body = Array.from(table.querySelectorAll('tbody tr'), (row) =>
      Array.from(row.children, (cell) => cell.textContent),
    );
    expect(body).toHaveLength(12);
    expect(body[0]?.slice(0, 3)).toEqual(['month 1', HOSTILE, 'AI training']);
    const cell = table.querySelectorAll('tbody tr')[0]?.children[8] as Element;
    expect(cell.textContent).toBe('0.3\u00a0%');
    expect(Number(cell.getAttribute('data-value'))).toBeCloseTo(7 - 1.96 * 3.4, 12);
    for (const one of all('table')) {
      expect(one.querySelector('caption')?.textContent).not.toBe('');
      for (const head of Array.from(one.querySelectorAll('th')))
        expect(head.getAttribute('scope')).toMatch(/^(?:row|col)$/);
    }
    expect(new Set(all('[id]').map(({ id }) => id)).size).toBe(all('[id]').length);
  });

  test('a hole is a hole, in the table and beneath the picture', () => {
    const table = page.querySelector('table[data-file="income-gender"]') as Element;
    const holes = Array.from(table.querySelectorAll('tbody tr')).filter((row) =>
      row.textContent?.includes('no estimate'),
    );
    expect(holes).toHaveLength(3);
    expect(
      all('figure .wide text').filter((one) => one.textContent === "a: no row of group 'men' was treated"),
    ).toHaveLength(1);
  });

  test('warnings are told once, with their places; seed, version and time are there', () => {
    expect(all('.warnings li').map((one) => one.textContent)).toEqual([
      'fewer trees than recommended',
      "no row of group 'men' was treated (income per service, adversarial scripts, month 1, men; income per service, " +
        'adversarial scripts, months 1–2, men; income per service, adversarial scripts, months 1–3, men)',
    ]);
    const facts = all('dl > *').map((one) => one.textContent);
    for (const word of ['7', 'causal-forest 0.0.0', '3.4 s', '500']) expect(facts).toContain(word);
  });

  test('in Chinese: the page says so, and the study’s names stay', async () => {
    const chinese = await htmlReport(SMALL_STUDY, { language: 'zh', title: '一项小研究' });
    const { document } = parseHTML(chinese);
    expect(document.documentElement.getAttribute('lang')).toBe('zh-Hans');
    expect(document.querySelector('.lead')?.textContent).toBe(
      '与不接受“AI training”相比，接受后“income per service”高出 14.0%（months 1–3；95% 置信区间 9.3% 至 18.7%）。',
    );
    const pictures = chinese.match(/<svg [^>]*role="img"[\s\S]*?\n<\/svg>/g) as string[];
    expect(pictures.flatMap(misplaced)).toEqual([]);
  });

  test('without windows, groups and percentages it still is a page', async () => {
    const rows = SMALL_STUDY.rows
      .filter(({ window, groupBy }) => window === 'month 1' && groupBy === null)
      .map((row) => ({ ...row, window: null, percent: null }));
    const bare = await htmlReport({
      ...SMALL_STUDY,
      rows,
      windows: [],
      groups: [],
      differences: [],
      trends: [],
      distributions: [],
      profiles: [],
      treatmentShare: null,
    });
    const { document } = parseHTML(bare);
    expect(document.querySelector('.lead')?.textContent).toMatch(
      /raised income per service by an estimated 2\.50 yuan \(95/,
    );
    expect(document.querySelectorAll('table')).toHaveLength(4);
  });

  test('rows and covariates are drawn for the first treatment, and the page says what it leaves out', async () => {
    const other = SMALL_STUDY.profiles.map((one) => ({ ...one, design: 'adversarial' }));
    const both = await htmlReport({ ...SMALL_STUDY, profiles: [...SMALL_STUDY.profiles, ...other] });
    const { document } = parseHTML(both);
    expect(document.querySelectorAll('figure')).toHaveLength(all('figure').length);
    expect(document.body.textContent).toContain('along covariates are drawn for AI training only');
    expect(page.body.textContent).not.toContain('are drawn for AI training only');
  });

  test('misspelt options are refused', async () => {
    await expect(htmlReport(SMALL_STUDY, { langauge: 'zh' } as object)).rejects.toThrow(/did you mean 'language'/);
  });
});
