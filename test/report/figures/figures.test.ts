import { Resvg } from '@resvg/resvg-js';
import { describe, expect, test, vi } from 'vitest';
import { InvalidOptionError } from '../../../src/base/errors.js';
import { streamFor } from '../../../src/math/random.js';
import {
  drawBalance,
  drawEffectsOverWindows,
  drawGroupComparison,
  drawOverlap,
  drawTreatmentShares,
} from '../../../src/report/figures/index.js';
import { labelsOf, misplaced } from '../../support/picture-labels.js';
import { PICTURES } from './pictures.js';

const WIDTHS = [720, 345];
const cases = Object.entries(PICTURES).flatMap(([name, draw]) => WIDTHS.map((width) => ({ name, width, draw })));

describe('every picture', () => {
  test.each(Object.entries(PICTURES))('%s is what was last looked at', async (name, draw) => {
    await expect(await draw(720)).toMatchFileSnapshot(`./snapshots/${name}.svg`);
  });

  test.each(cases)('$name, $width wide: no label is clipped or meets another', async ({ draw, width }) => {
    const svg = await draw(width);
    expect(misplaced(svg)).toEqual([]);
    expect(labelsOf(svg).labels.length).toBeGreaterThan(5);
    expect(labelsOf(svg).width).toBe(width);
  });

  test.each(cases)(
    '$name, $width wide: well-formed, one labelled image, without a warning of Plot',
    async ({ draw, width }) => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
      const svg = await draw(width);
      expect(warn).not.toHaveBeenCalled();
      warn.mockRestore();
      // A strict reader of XML: it throws where a tag or an entity is wrong.
      expect(() => new Resvg(svg, { font: { loadSystemFonts: false } })).not.toThrow();
      expect(svg).toMatch(/^<svg [^>]*role="img"/);
      expect(svg).toMatch(/<title>[^<]+<\/title>\n <desc>[^<]+<\/desc>/);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      // Identifiers would clash where two pictures share a page, and a reference could reach the network.
      expect(svg).not.toMatch(/ id=|href|url\(/);
    },
  );

  test.each(cases)('$name, $width wide: the same bytes again', async ({ draw, width }) => {
    expect(await draw(width)).toBe(await draw(width));
  });
});

const window = (estimate: number | null, lower = -1, upper = 1) => ({
  window: 'w',
  series: 's',
  estimate,
  interval: estimate === null ? null : ([lower, upper] as const),
});
const texts = (svg: string) => labelsOf(svg).labels.map(({ text }) => text);
const windows = (estimates: readonly ReturnType<typeof window>[], more: object = {}) =>
  drawEffectsOverWindows({ title: 't', valueLabel: 'v', estimates, ...more });

describe('effects over windows', () => {
  test('the axis holds the data, zero and what is asked for', async () => {
    expect(texts(await windows([window(30, 20, 45)]))).toEqual(expect.arrayContaining(['0', '40']));
    expect(texts(await windows([window(30, 20, 45)]))).not.toContain('60');
    expect(texts(await windows([window(30, 20, 45)], { domain: [-20, 80] }))).toEqual(
      expect.arrayContaining(['\u221220', '80']),
    );
  });

  test('percent is labelled as percent, numbers as numbers', async () => {
    expect(texts(await windows([window(30, 20, 45)], { percent: true }))).toContain('40\u00a0%');
    expect(texts(await windows([window(30, 20, 45)], { percent: true, language: 'zh' }))).toContain('40%');
  });

  test('the level and the rows are said', async () => {
    const svg = await windows([{ ...window(1), rows: 1234 } as ReturnType<typeof window>], { level: 0.9 });
    expect(texts(svg)).toEqual(expect.arrayContaining(['90\u00a0% interval', 'n = 1,234']));
  });

  test('a hole is drawn as a hole, with its reason beneath; equal reasons share a letter', async () => {
    const hole = { ...window(null), reason: 'nobody was treated' };
    const svg = await windows([
      { ...window(2), window: 'a' },
      { ...hole, window: 'b' },
      { ...hole, window: 'c' },
      { ...window(null), window: 'd' },
    ] as ReturnType<typeof window>[]);
    expect(texts(svg).filter((text) => text === 'a')).toHaveLength(3);
    expect(texts(svg)).toEqual(expect.arrayContaining(['a: nobody was treated', 'b: not estimated']));
    expect(svg.match(/stroke-dasharray="2 4"/g)).toHaveLength(1);
    expect(svg).toMatch(/<desc>.*b no estimate; c no estimate/);
  });

  test('only holes, or nothing at all, still make a picture', async () => {
    expect(texts(await windows([window(null)]))).toContain('a: not estimated');
    expect(misplaced(await windows([]))).toEqual([]);
  });

  test('names are data: they are escaped, and drawn as they are', async () => {
    const name = '<script>alert("&")</script>\u0007';
    const svg = await windows([
      { ...window(1), series: name },
      { ...window(1), series: 'other' },
    ]);
    expect(svg).toContain('&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;\ufffd');
    expect(() => new Resvg(svg, { font: { loadSystemFonts: false } })).not.toThrow();
  });

  test('one symbol, dash and colour a series', async () => {
    const svg = await windows(['a', 'b', 'c', 'd', 'e', 'f'].map((series) => ({ ...window(1), series })));
    for (const colour of ['#0072B2', '#D55E00', '#009E73', '#B5578D', '#7A5C00']) expect(svg).toContain(colour);
    expect(new Set(svg.match(/<path d="[^"]*" (?:fill="#[0-9A-F]{6}" )?stroke/gi)?.map(String)).size).toBeGreaterThan(
      4,
    );
  });

  test('a line joins windows, unless they have no order', async () => {
    const two = [window(1), { ...window(2), window: 'x' }];
    const lines = (svg: string) =>
      svg.match(/<path d="M[^"]*L[^"]*" stroke="#0072B2"|<g fill="none" stroke="#0072B2"/g)?.length ?? 0;
    expect(lines(await windows(two))).toBe(lines(await windows(two, { connect: false })) + 1);
  });

  test('forty windows with long names in a phone’s width do not meet', async () => {
    const many = Array.from({ length: 40 }, (_, k) => ({ ...window(k), window: `${k + 1}` }));
    expect(misplaced(await windows(many))).toEqual([]);
  });
});

describe('names of any length and script, at any width', () => {
  const stream = streamFor(5, 'names of pictures');
  const WORDS = [
    'paymentsAmountPrior3Months',
    '人工智能训练',
    'a',
    'обучение',
    'WWWWWWWW',
    '%',
    '—',
    'العربية',
    'é̂',
    '🙂',
    '12,345',
  ];
  const name = () =>
    Array.from({ length: 1 + stream.below(7) }, () => WORDS[stream.below(WORDS.length)]).join(
      stream.below(3) === 0 ? '' : ' ',
    );
  const estimate = () => {
    const at = 10 ** (stream.below(9) - 4) * stream.normal();
    const hole = stream.below(6) === 0;
    const interval = [at - Math.abs(stream.normal() * at), at + Math.abs(stream.normal() * at)] as const;
    return {
      estimate: hole ? null : at,
      interval: hole || stream.below(5) === 0 ? null : interval,
      reason: stream.below(2) === 0 ? name() : null,
    };
  };

  test.each(Array.from({ length: 24 }, (_, k) => k))('case %i', async () => {
    const width = 320 + stream.below(900);
    const titles = { title: name(), valueLabel: name(), width, percent: stream.below(2) === 0, notes: [name()] };
    const series = Array.from({ length: 1 + stream.below(8) }, name);
    const names = Array.from({ length: 1 + stream.below(7) }, name);
    const panels = [null, name(), name()].slice(0, 1 + stream.below(3));
    const drawn = [
      await drawEffectsOverWindows({
        ...titles,
        estimates: panels.flatMap((panel) =>
          series.flatMap((one) =>
            names.map((each) => ({ ...estimate(), panel, series: one, window: each, rows: stream.below(1e6) })),
          ),
        ),
      }),
      await drawGroupComparison({
        ...titles,
        estimates: names.map((group) => ({
          ...estimate(),
          group,
          grouping: panels[0] ?? null,
          treated: stream.below(1e6),
          control: 3,
        })),
      }),
    ];
    for (const svg of drawn) {
      expect(misplaced(svg)).toEqual([]);
      expect(() => new Resvg(svg, { font: { loadSystemFonts: false } })).not.toThrow();
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});

describe('what cannot be drawn is refused', () => {
  test('misspelt options, widths, levels, languages, histograms', async () => {
    await expect(windows([], { pecent: true })).rejects.toThrow(/did you mean 'percent'/);
    await expect(windows([], { width: 100 })).rejects.toThrow(InvalidOptionError);
    await expect(windows([], { level: 95 })).rejects.toThrow(/level must be a number above 0 and below 1/);
    await expect(windows([], { language: 'fr' })).rejects.toThrow(/language must be one of 'en', 'zh'/);
    const wrong = { edges: [0, 1], counts: [1, 2] };
    await expect(drawOverlap({ title: 't', treated: wrong, control: wrong })).rejects.toThrow(
      /treated must be ascending/,
    );
    await expect(
      drawTreatmentShares({ title: 't', shareLabel: 's', treated: 1, control: 2, histogram: wrong }),
    ).rejects.toThrow(/histogram must be ascending edges/);
    await expect(
      drawBalance({ title: 't', entries: [], limt: 1 } as Parameters<typeof drawBalance>[0]),
    ).rejects.toThrow(/limit/);
    await expect(
      drawGroupComparison({ title: 't', valueLabel: 'v', estimates: [], rows: 1 } as Parameters<
        typeof drawGroupComparison
      >[0]),
    ).rejects.toThrow(InvalidOptionError);
  });
});
