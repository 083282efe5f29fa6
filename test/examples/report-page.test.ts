/** The report's fifteen figures and page, from made-up estimates around the truth: what each shows, not how it was estimated. */
import { readFileSync } from 'node:fs';
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, test } from 'vitest';
import { trueEffects } from '../../examples/service-training/figure-truth.js';
import { FIGURE_ROWS } from '../../examples/service-training/figures.js';
import { ASSUMED, comparedWith, lineOf } from '../../examples/service-training/report-figures.js';
import { reportPage } from '../../examples/service-training/report-page.js';
import { REPORT_WORDS } from '../../examples/service-training/report-words.js';
import { type ReportRow, reportRow } from '../../examples/service-training/table.js';
import { labelsOf, misplaced } from '../support/picture-labels.js';

const truths = trueEffects(FIGURE_ROWS);
const rows: readonly ReportRow[] = FIGURE_ROWS.map((row, k) => {
  const truth = truths[k] as number;
  const estimate = truth + (k % 5) - 2;
  const hole = row.group === 'male' && row.month === 2 && row.figure === 6;
  return reportRow(row, truth, {
    estimate: hole ? null : estimate,
    lower: hole ? null : estimate - 6,
    upper: hole ? null : estimate + 6,
    simultaneousLower: hole ? null : estimate - 9,
    simultaneousUpper: hole ? null : estimate + 9,
    rows: row.group === 'male' ? 362 : 2009,
    warnings: hole ? ['no effect of men'] : [],
  });
});
const data = {
  rows,
  shares: Array.from({ length: 2009 }, (_, k) => (k < 512 ? 0.51 + (0.49 * k) / 512 : (0.5 * (k - 512)) / 1497)),
  treated: 512,
  run: { seconds: 61.2, version: '0.0.0', numTrees: 2000, seed: 1, dataSeed: 1, forests: 132 },
};

let page: { readonly html: string; readonly figures: readonly string[] };
let document: Document;
beforeAll(async () => {
  page = await reportPage(data, 'en');
  document = parseHTML(page.html).document;
});
const words = REPORT_WORDS.en;
const texts = (figure: number) => labelsOf(page.figures[figure - 1] as string).labels.map(({ text }) => text);

describe('the fifteen figures', () => {
  test.each(['en', 'zh'] as const)('in %s, at both widths, no label is clipped or meets another', async (language) => {
    const { html, figures } = await reportPage(data, language);
    expect(figures).toHaveLength(15);
    const pictures = html.match(/<svg [^>]*role="img"[\s\S]*?\n<\/svg>/g) as string[];
    expect(pictures).toHaveLength(30);
    expect(pictures.flatMap(misplaced)).toEqual([]);
    expect(html).not.toMatch(/undefined|NaN/);
  });

  test('each draws its lines, windows, and every number that the report states', () => {
    for (let figure = 2; figure <= 15; figure++) {
      const own = rows.filter((row) => row.figure === figure);
      const shown = texts(figure).join(' ');
      const lines = [...new Set(own.map((row) => lineOf(row, words)))];
      for (const line of lines) expect(shown).toContain(line);
      for (const month of [1, 6]) expect(shown).toContain(words.span(month).split(' ').at(-1));
      expect(shown.includes(words.report)).toBe(own.some(({ reported }) => reported !== null));
      const crosses = (page.figures[figure - 1] as string).match(/<path d="M-5\.42,-5\.42/g)?.length ?? 0;
      const stated = own.filter(({ reported }) => reported !== null).length;
      // One cross in the key as well.
      expect(crosses).toBe(stated === 0 ? 0 : stated + 1);
      expect(shown).toContain('Simulated data.');
    }
  });

  test('figure 1: shares, threshold and both labels', () => {
    expect(texts(1)).toEqual(expect.arrayContaining(['512', '1,497', 'threshold 50\u00a0%', 'mainly AI', 'n = 2,009']));
  });

  test('figures to be compared have one scale', () => {
    const ticks = (figure: number) => texts(figure).filter((text) => /^[\u2212\d]+\u00a0%$/.test(text));
    for (let figure = 2; figure <= 15; figure++)
      for (const other of comparedWith(figure))
        expect(new Set(ticks(other)), `figures ${figure} and ${other}`).toEqual(new Set(ticks(figure)));
    expect(comparedWith(15)).toEqual([]);
  });

  test('a hole is shown with its reason', () => {
    expect(texts(6)).toContain('a: no effect of men');
    expect(document.querySelector('.warnings')?.textContent).toContain(
      'no effect of men (Figure 6. men, first 2 months)',
    );
  });
});

describe('the page', () => {
  test('the headline, the report’s number, the truth and the estimate stand side by side', () => {
    const sixth = rows.find(
      ({ figure, outcome, month }) => figure === 2 && outcome === 'incomePerService' && month === 6,
    ) as ReportRow;
    expect(document.querySelector('.lead')?.textContent).toContain(
      `${(sixth.estimate as number).toFixed(1)}\u00a0% more per service`,
    );
    const table = document.querySelector('table[data-file="figure-02"]') as Element;
    const line = Array.from(table.querySelectorAll('tbody tr'), (row) =>
      Array.from(row.children, (cell) => cell.textContent),
    ).find(([name, window]) => name === 'income per service' && window === 'first 6 months') as string[];
    expect(line.slice(2, 5)).toEqual([
      '14.02\u00a0%',
      '14.02\u00a0%',
      `${(sixth.estimate as number).toFixed(2)}\u00a0%`,
    ]);
    expect(line.at(-1)).toBe('yes');
  });

  test('all 246 effects stand in tables, and assumed outcomes are marked', () => {
    const counted = Array.from(
      document.querySelectorAll('table'),
      (table) => table.querySelectorAll('tbody tr').length,
    );
    expect(counted.slice(1).reduce((sum, count) => sum + count, 0)).toBe(FIGURE_ROWS.length);
    Array.from(document.querySelectorAll('main > section')).forEach((section, k) => {
      expect((section.textContent ?? '').includes(words.assumed), `figure ${k + 1}`).toBe(ASSUMED.has(k + 1));
    });
  });

  test('says that the data are simulated, the seeds, the version and the time', () => {
    const text = document.body.textContent ?? '';
    for (const part of [words.simulated, 'Seed of the forests', 'causal-forest 0.0.0', '61 s'])
      expect(text).toContain(part);
  });

  test('both languages have all words', () => {
    const fields = (value: unknown, path = ''): string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => fields(inner, `${path}.${key}`))
        : [`${path}: ${typeof value}`];
    expect(fields(REPORT_WORDS.zh)).toEqual(fields(REPORT_WORDS.en));
  });

  test('the folder’s README names what report.ts writes', () => {
    const readme = readFileSync(new URL('../../examples/service-training/README.md', import.meta.url), 'utf8');
    for (const name of ['report.html', 'figure-01.svg', '--language zh', '--redraw']) expect(readme).toContain(name);
  });
});
