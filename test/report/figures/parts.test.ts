import { describe, expect, test } from 'vitest';
import { digitsOf } from '../../../src/report/figures/estimates.js';
import { domainOf, extentOf, ticksOf } from '../../../src/report/figures/scale.js';
import { shape, textShape, toText } from '../../../src/report/figures/svg.js';
import { fittingSize, textWidth, wrapText } from '../../../src/report/figures/text-size.js';
import { INK, SOFT_INK, styleOf } from '../../../src/report/figures/theme.js';
import { wordsOf, writeLevel, writeNumber } from '../../../src/report/words.js';
import { misplaced } from '../../support/picture-labels.js';

describe('scales', () => {
  test.each([
    [[0, 10], 6, [0, 2, 4, 6, 8, 10], 0],
    [[-0.31, 0.32], 7, [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3], 1],
    [[-62, 11], 7, [-60, -40, -20, 0], 0],
    [[0, 1], 3, [0, 0.5, 1], 1],
    [[1e-7, 5e-7], 5, [1e-7, 2e-7, 3e-7, 4e-7, 5e-7], 7],
  ] as const)('ticks of %j, at most %i', (domain, most, values, digits) => {
    const ticks = ticksOf(domain, most);
    expect(ticks.values.map((value) => Number(value.toFixed(12)))).toEqual(values);
    expect(ticks.digits).toBe(digits);
  });

  test('never more than asked, always inside, for any domain', () => {
    for (let k = 0; k < 400; k++) {
      const low = Math.sin(k) * 10 ** ((k % 13) - 6);
      const high = low + (1 + Math.cos(k * k)) * 10 ** ((k % 11) - 5) + 1e-6;
      const { values } = ticksOf([low, high], 2 + (k % 7));
      expect(values.length).toBeLessThanOrEqual(2 + (k % 7));
      for (const value of values) {
        expect(value).toBeGreaterThanOrEqual(low - 1e-6 * (high - low));
        expect(value).toBeLessThanOrEqual(high + 1e-6 * (high - low));
      }
    }
  });

  test('a domain holds every number, and room; nothing gives 0 to 1, one value room around it', () => {
    expect(extentOf([3, null, Number.NaN, -1, undefined])).toEqual([-1, 3]);
    expect(domainOf([0, 10], 0.1)).toEqual([-1, 11]);
    expect(domainOf([null])[0]).toBeLessThan(0);
    const [low, high] = domainOf([5]);
    expect(low).toBeLessThan(5);
    expect(high).toBeGreaterThan(5);
  });
});

describe('text', () => {
  test('wide characters are wide, marks have no width', () => {
    expect(textWidth('训练', 10)).toBeGreaterThan(textWidth('ab', 10));
    expect(textWidth('e\u0301', 10)).toBe(textWidth('e', 10));
    expect(textWidth('ab', 10, true)).toBeGreaterThan(textWidth('ab', 10));
  });

  test('lines break at spaces and between wide characters, keep every word, and stay inside', () => {
    const text = 'effect of 人工智能训练 on income, relative to no training；其余见表。';
    const lines = wrapText(text, 90, 12);
    expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    for (const line of lines) expect(textWidth(line, 12)).toBeLessThanOrEqual(90);
    // Closing marks do not begin a line.
    for (const line of lines) expect(line).not.toMatch(/^[；。，]/);
  });

  test('a word that is too wide is broken, nothing is an empty line', () => {
    expect(wrapText('paymentsAmountPrior3Months', 60, 12).join('')).toBe('paymentsAmountPrior3Months');
    expect(wrapText('  ', 60, 12)).toEqual(['']);
    expect(fittingSize(['months'], 40, [11, 9, 7])).toBe(9);
  });
});

describe('numbers', () => {
  test('true minus, groups of thousands, no negative zero', () => {
    expect(writeNumber(-1234567.891, 2)).toBe('\u22121,234,567.89');
    expect(writeNumber(-0.0004, 2)).toBe('0.00');
    expect(writeNumber(999, 0)).toBe('999');
    expect(writeNumber(0.1234567, 6)).toBe('0.123457');
    expect(writeLevel(wordsOf('en'), 0.999)).toBe('99.9\u00a0%');
  });

  test('digits follow the width of intervals', () => {
    const one = (lower: number, upper: number) => ({ estimate: lower, interval: [lower, upper] as const });
    expect(digitsOf([one(0, 100)], false)).toBe(0);
    expect(digitsOf([one(0, 0.03)], false)).toBe(4);
    expect(digitsOf([one(0, 0.03)], true)).toBe(1);
  });
});

test('pictures are written one element a line, with rounded coordinates and sorted attributes', () => {
  const text = toText(
    shape(
      'svg',
      { width: 10 },
      shape('g', { transform: 'translate(0.123456,-0.00001)' }),
      textShape(1 / 3, 2, 'a < b'),
    ),
  );
  expect(text).toBe(
    '<svg width="10">\n <g transform="translate(0.12,0)"/>\n <text x="0.33" y="2">a &lt; b</text>\n</svg>\n',
  );
});

test('the check of labels sees labels that are clipped or meet', () => {
  const picture = (...texts: string[]) => `<svg width="100" height="40" font-size="10">${texts.join('')}</svg>`;
  expect(misplaced(picture('<text x="5" y="12">one</text>', '<text x="5" y="30">two</text>'))).toEqual([]);
  expect(misplaced(picture('<text x="80" y="12">clipped</text>'))).toEqual(['"clipped" leaves the picture']);
  expect(
    misplaced(picture('<text x="5" y="12">one</text>', '<g transform="translate(8,14)"><text>two</text></g>')),
  ).toEqual(['"one" meets "two"']);
  expect(
    misplaced(
      picture(
        '<g transform="translate(95,20)"><text y="0.3em" text-anchor="end"><tspan x="0" y="0">in</tspan></text></g>',
      ),
    ),
  ).toEqual([]);
});

describe('series', () => {
  const styles = Array.from({ length: 36 }, (_, k) => styleOf(k));

  test('36 differ in colour or symbol, and the first six in each', () => {
    expect(new Set(styles.map(({ colour, symbol }) => colour + symbol)).size).toBe(36);
    for (const part of ['colour', 'symbol', 'dash'] as const)
      expect(new Set(styles.slice(0, 6).map((style) => style[part])).size).toBe(6);
  });

  test('every colour stands out from white by 3 : 1, words by 7 : 1', () => {
    const luminance = (colour: string) =>
      [0.2126, 0.7152, 0.0722].reduce((sum, weight, k) => {
        const channel = Number.parseInt(colour.slice(1 + 2 * k, 3 + 2 * k), 16) / 255;
        return sum + weight * (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
      }, 0);
    const contrast = (colour: string) => 1.05 / (luminance(colour) + 0.05);
    for (const { colour } of styles) expect(contrast(colour)).toBeGreaterThanOrEqual(3);
    for (const colour of [INK, SOFT_INK]) expect(contrast(colour)).toBeGreaterThanOrEqual(7);
  });
});
