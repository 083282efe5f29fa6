/** The scoring of bench/accuracy and bench/designs on answers whose worth is known. */
import {
  averageEffect,
  type CausalForest,
  createTrial,
  type Estimate,
  fitCausalForest,
  InvalidDataError,
} from 'causal-forest';
import { expect, test } from 'vitest';
import { binomialBand } from '../../bench/accuracy/binomial.js';
import type { AccuracyCase } from '../../bench/accuracy/cases.js';
import { type Answer, answersOf, chooseMethods, METHODS, type Method } from '../../bench/accuracy/methods.js';
import { fileResult, methodResult } from '../../bench/accuracy/results.js';
import { countCodes, geometricMean, scoreOf, scoreOfAverage } from '../../bench/accuracy/scores.js';
import { accuracyTable } from '../../bench/accuracy/show.js';
import { table } from '../../bench/accuracy/table.js';
import { averageCoverage, averageText, coverageOfAverages, overlapTruth } from '../../bench/designs/average.js';
import { type NullDesign, nullSummary, nullText, scoreNull } from '../../bench/designs/null.js';
import { designsText, scoreDesigns } from '../../bench/designs/random.js';

const normal = (estimate: number | null, standardError: number, codes: readonly string[] = []): Estimate => ({
  estimate,
  standardError: estimate === null ? null : standardError,
  interval: estimate === null ? null : [estimate - 1.96 * standardError, estimate + 1.96 * standardError],
  level: 0.95,
  n: 4,
  warnings: codes.map((code) => ({ code, message: '' })),
});
const truth = Float64Array.of(0, 1, 2, 3);
const all = (value: number) => truth.map(() => value);

test('a perfect predictor scores 0 and covers all; one that is off by 10 standard errors covers nothing', () => {
  expect(scoreOf(truth, all(0.1), truth)).toEqual({
    meanSquaredError: 0,
    coverage: 1,
    meanStandardError: expect.closeTo(0.1, 12),
    missing: 0,
  });
  const off = scoreOf(
    truth.map((effect) => effect + 1),
    all(0.1),
    truth,
  );
  expect(off).toMatchObject({ meanSquaredError: 1, coverage: 0 });
  // 1.95 standard errors are inside, 1.97 are not.
  const half = scoreOf(Float64Array.of(1.95, 1 + 1.97, 2 - 1.95, 3 - 1.97), all(1), truth);
  expect(half.coverage).toBe(0.5);
});

test('a row without an estimate is no error, and covers nothing; one without a standard error covers nothing', () => {
  const score = scoreOf(Float64Array.of(Number.NaN, 1, 2, 5), Float64Array.of(1, Number.NaN, 1, 3), truth);
  expect(score).toEqual({ meanSquaredError: 4 / 3, coverage: 0.5, meanStandardError: 2, missing: 1 });
});

test('averages: errors, intervals, and none', () => {
  expect(scoreOfAverage(normal(1.5, 0.1), 1)).toMatchObject({ error: 0.5, held: false });
  expect(scoreOfAverage(normal(1.1, 0.1), 1).held).toBe(true);
  expect(scoreOfAverage(normal(null, 0.1), 1)).toEqual({
    truth: 1,
    estimate: null,
    standardError: null,
    error: null,
    held: false,
  });
  expect(countCodes(normal(1, 1, ['A', 'B', 'A']).warnings)).toEqual({ A: 2, B: 1 });
  expect(geometricMean([0.5, 2])).toBeCloseTo(1, 12);
});

// Summed in rational arithmetic (Python's fractions): least and largest count with at most half of `outside` beyond it.
test.each([
  [10, 0.5, 0.05, 2, 8],
  [30, 0.95, 0.01, 25, 30],
  [200, 0.95, 0.01, 181, 197],
  [200, 0.95, 0.05, 184, 196],
  [400, 0.95, 0.0005, 363, 393],
  [1000, 0.95, 0.01, 931, 967],
  [40, 0.05, 0.01, 0, 6],
])('binomial band of %i with %f, but for %f: %i to %i', (n, probability, outside, lowest, highest) => {
  expect(binomialBand(n, probability, outside)).toEqual({ lowest, highest });
});

const forest = await fitCausalForest(
  createTrial(
    {
      x: [...Array(60).keys()].map((i) => i % 7),
      w: [...Array(60).keys()].map((i) => i % 2),
      y: [...Array(60).keys()].map((i) => (i * i) % 11),
    },
    { covariates: ['x'], treatment: 'w', outcomes: { y: 'y' }, propensity: 0.5 },
  ),
  { numTrees: 50, workers: 0 },
);

const answer = (effect: Float64Array, standardError: number, average: Estimate, seconds = 1): Answer => ({
  forest,
  effect,
  standardError: all(standardError),
  average: { ...averageEffect(forest), ...average },
  treatmentVariance: null,
  warnings: average.warnings.slice(1),
  seconds,
});

const file = (design: string, effect: Float64Array): AccuracyCase =>
  ({
    file: `${design}-1.csv`,
    design,
    effect,
    trial: forest.trial,
    grf: { meanSquaredError: 0.5, coverage: 0.8, seeds: 5, meanStandardError: 0.2, average: normal(2, 0.1) },
  }) as unknown as AccuracyCase;

test('files: means over seeds, ratio to grf, average against the mean of the true effects', () => {
  const off = truth.map((effect) => effect + 1);
  const result = fileResult(file('aw2', truth), [
    answer(truth, 0.1, normal(1.5, 0.1, ['A', 'B'])),
    answer(off, 0.1, normal(2.5, 0.1), 3),
  ]);
  expect(result).toMatchObject({
    meanSquaredError: 0.5,
    ratio: 1,
    coverage: 0.5,
    grfCoverage: 0.8,
    constantEffect: false,
    seconds: 2,
    warnings: { B: 1 },
    averageWarnings: { A: 1, B: 1 },
    grfAverage: { held: 0 },
  });
  expect(result.average).toMatchObject({ truth: 1.5, estimate: 2, error: 0.5, meanSquaredError: 0.5, held: 0.5 });
  expect(result.average.errorInStandardErrors).toBeCloseTo(5, 10);
  expect(result.grfAverage?.errorInStandardErrors).toBeCloseTo(5, 10);
});

test('folders: geometric mean, worst design, coverage without kunzel and without constant effects, average held', () => {
  const one = (design: string, effect: Float64Array, error: number, standardError: number) =>
    fileResult(file(design, effect), [
      answer(
        effect.map((value) => value + error),
        standardError,
        normal(1.5, 0.1),
      ),
    ]);
  const result = methodResult([
    one('aw1', all(1), Math.sqrt(0.25), 1), // ratio ½, covers all, constant; average off by 0.5
    one('aw2', truth, 1, 0.1), // ratio 2, covers nothing
    one('nw1', truth, Math.sqrt(0.5), 1), // ratio 1, covers all
    one('kunzel', truth, 2, 0.1), // ratio 8, covers nothing
  ]);
  expect(result.geometricMeanRatio).toBeCloseTo(8 ** 0.25, 10);
  expect(result.worstDesignRatio).toBeCloseTo(8, 10);
  expect(result).toMatchObject({
    lowestCoverage: 0,
    highestCoverage: 1,
    averageHeld: 3,
    grfAverageHeld: 0,
    seconds: 4,
  });
  expect(result.constantOverAverage).toBeCloseTo(1, 10);
  expect(methodResult([one('nw1', truth, 1, 1), one('kunzel', truth, 2, 0.1)])).toMatchObject({
    lowestCoverage: 1,
    constantOverAverage: null,
  });
});

test('coverage of averages: shares, bias in standard errors, claimed over actual spread', () => {
  // Errors −1, 1, 3 with standard errors of 1: two are within 1.96; mean 1, standard deviation 2.
  const found = [-1, 1, 3].map((error) => ({ estimate: normal(5 + error, 1, ['A']), truth: 5 }));
  expect(coverageOfAverages(found)).toMatchObject({
    held: 2,
    repetitions: 3,
    biasInStandardErrors: 1,
    claimedOverActual: 0.5,
    warnings: { A: 3 },
  });
  const none = coverageOfAverages([...found, { estimate: normal(null, 1), truth: 5 }]);
  expect(none).toMatchObject({ held: 2, repetitions: 4, biasInStandardErrors: 1 });
  const drawn = { effect: Float64Array.of(1, 3), treatmentVariance: Float64Array.of(0.1, 0.3) };
  expect(overlapTruth(drawn as never)).toBeCloseTo(2.5, 12);
  expect(averageText([{ design: 'nw3', method: 'plain', estimator: 'aipw', ...none, refused: 0 }])).toContain('nw3');
});

test('the null: errors over the average effect', () => {
  const designs: NullDesign[] = [1, 3].map((squaredError) => ({
    name: 'd',
    words: 'd',
    scores: [{ squaredError, averageSquaredError: 1, coverage: 1, rejected: squaredError > 2 }],
  }));
  expect(nullSummary(designs, 0)).toEqual({
    overAverage: 2,
    excess: 1,
    overVariance: 2,
    worst: 3,
    coverage: 1,
    rejections: 1,
  });
});

/** Says the true effect, which it is told. */
const oracle = (effect: number): Method => ({
  name: 'oracle',
  fit: async (trial, options): Promise<CausalForest> => {
    const fitted = await fitCausalForest(trial, options);
    const outOfBag = { ...fitted.outOfBag, effect: new Float64Array(trial.rowCount).fill(effect) };
    return { ...fitted, outOfBag };
  },
});

test('methods are asked the same: twice the same method scores the same, an oracle scores 0', async () => {
  const [plain] = METHODS as readonly [Method];
  const options = { count: 2, seed: 9, numTrees: 50, kinds: { treatment: 'binary' } } as const;
  const twice = [plain, { ...plain, name: 'again' }];
  let told = 0;
  const designs = await scoreDesigns(twice, options, (done) => {
    told = done;
  });
  expect(told).toBe(2);
  for (const { scores } of designs) expect({ ...scores[1], seconds: 0 }).toEqual({ ...scores[0], seconds: 0 });
  expect(designsText(['plain', 'again'], designs)).toContain('1.000');
  const nulls = await scoreNull([plain, oracle(0)], { ...options, count: 1 }, () => {});
  expect(nulls[0].scores[0].squaredError).toBeGreaterThan(0);
  expect(nulls[0].scores[1]).toMatchObject({ squaredError: 0, coverage: 1 });
  expect(nullText(['plain', 'oracle'], nulls)).toContain('0.00');
  const turns = await answersOf(twice, forest.trial, { numTrees: 50, seed: 1 }, 1);
  expect(turns[0].effect).toEqual(turns[1].effect);
});

test('averages over repetitions: an oracle is unbiased; refused trials are counted, other errors are not hidden', async () => {
  const [plain] = METHODS as readonly [Method];
  const few = { repetitions: 2, numTrees: 50 };
  const results = await averageCoverage([oracle(0)], ['aw1'], few, () => {});
  expect(results.map(({ estimator }) => estimator)).toEqual(['aipw', 'tmle', 'overlap']);
  for (const result of results) expect(result).toMatchObject({ design: 'aw1', repetitions: 2, refused: 0 });
  const failing = (error: Error): Method => ({ name: 'failing', fit: () => Promise.reject(error) });
  const refusing = failing(new InvalidDataError('TOO_FEW_ROWS', 'six treated rows'));
  const [refused] = await averageCoverage([plain, refusing], ['aw1'], few, () => {});
  expect(refused).toMatchObject({ repetitions: 0, held: 0, refused: 2 });
  await expect(averageCoverage([failing(new Error('a fault'))], ['aw1'], few, () => {})).rejects.toThrow('a fault');
});

test('methods are chosen by name', () => {
  expect(chooseMethods(undefined).map(({ name }) => name)).toEqual(['plain', 'refined']);
  expect(chooseMethods('plain')).toEqual([METHODS[0]]);
  expect(() => chooseMethods('plane')).toThrow(/plain/);
});

test('tables: groups above their columns, everything aligned', () => {
  const rows = [
    { name: 'a', one: '1', two: '2' },
    { name: 'bcd', one: '10', two: '20' },
  ];
  const text = table(
    [
      { group: '', heading: 'n', cell: ({ name }: (typeof rows)[number]) => name },
      { group: 'a wide group', heading: 'x', cell: ({ one }) => one },
      { group: 'a wide group', heading: 'y', cell: ({ two }) => two },
    ],
    rows,
  );
  expect(text.split('\n')).toEqual([
    '     a wide group',
    'n     x         y',
    'a     1         2',
    'bcd  10        20',
  ]);
  const figures = { coverage: 0.5, grfCoverage: 0.6, meanStandardError: 1, grfMeanStandardError: 1, averageError: 0 };
  const more = { averageHeld: 1, grfAverageError: null, grfAverageHeld: null };
  const shown = accuracyTable(
    'file',
    () => 'f',
    ['plain', 'other'],
    [[1, 2]],
    (ratio) => ({ ...figures, ...more, ratio, seconds: ratio }),
  );
  expect(shown.split('\n')[1]).toMatch(/other\/plain$/);
  expect(shown.split('\n')[2]).toMatch(/^f +1\.000 +2\.000 .* 2\.00$/);
});
