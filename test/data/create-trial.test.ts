import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTrial } from '../../src/data/create-trial.js';
import type { Covariate } from '../../src/data/trial.js';

/** Four rows with everything that is needed, to which tests add their columns. */
const base = { w: [0, 1, 0, 1], y: [1, 2, 3, 4] };

/** The covariate that a column of four cells becomes. */
function read(cells: readonly unknown[], kind?: Covariate['kind'], naStrings?: readonly string[]): Covariate {
  const trial = createTrial(
    { ...base, x: cells },
    {
      covariates: [{ column: 'x', ...(kind ? { kind } : {}) }],
      treatment: 'w',
      outcomes: { y: 'y' },
      ...(naStrings ? { naStrings } : {}),
    },
  );
  return trial.covariates[0] as Covariate;
}

const numbers = (kind: string, ...values: number[]) => ({ kind, name: 'x', values: Float64Array.from(values) });
const NA = Number.NaN;

describe('shapes of data', () => {
  const declaration = { covariates: ['x'], treatment: 'w', outcomes: { y: 'y' } } as const;

  test('rows and columns give the same trial', () => {
    const rows = [
      { x: 1.5, w: 0, y: 1 },
      { x: null, w: 1, y: 2 },
      { x: 3, w: 0, y: 3 },
    ];
    const columns = { x: [1.5, null, 3], w: [0, 1, 0], y: [1, 2, 3] };
    expect(createTrial(rows, declaration)).toEqual(createTrial(columns, declaration));
  });

  test('typed arrays, bigints and class instances with getters', () => {
    const typed = { x: BigInt64Array.of(5n, 7n), w: Uint8Array.of(1, 0), y: Float32Array.of(0.5, 2) };
    expect(createTrial(typed, declaration).covariates[0]).toMatchObject({ values: Float64Array.of(5, 7) });
    class Row {
      constructor(
        readonly w: number,
        readonly y: number,
      ) {}
      get x(): number {
        return this.y * 2;
      }
    }
    const trial = createTrial([new Row(1, 2), new Row(0, 3)], declaration);
    expect(trial.covariates[0]).toMatchObject({ values: Float64Array.of(4, 6) });
  });

  test('a key that some rows lack is missing there', () => {
    const rows: { x?: number; w: number; y: number }[] = [
      { w: 0, y: 1 },
      { x: 2, w: 1, y: 1 },
    ];
    expect(createTrial(rows, declaration).covariates[0]).toMatchObject({ values: Float64Array.of(NA, 2) });
  });

  test('the data are copied, and the result is frozen and survives structuredClone', () => {
    const y = Float64Array.of(1, 2);
    const trial = createTrial({ x: [1, 2], w: [0, 1], y }, declaration);
    y[0] = 99;
    expect(trial.outcomes.y).toMatchObject({ values: Float64Array.of(1, 2) });
    for (const part of [
      trial,
      trial.covariates,
      trial.covariates[0],
      trial.treatment,
      trial.outcomes,
      trial.outcomes.y,
      trial.covariateNames,
      trial.warnings,
    ])
      expect(Object.isFrozen(part)).toBe(true);
    expect(structuredClone(trial)).toEqual(trial);
    expect(trial.warnings).toEqual([]);
  });
});

describe('kinds of covariates', () => {
  test('numbers, as numbers and as text', () => {
    expect(read([1, -2.5, 0, 1e9])).toEqual(numbers('number', 1, -2.5, 0, 1e9));
    expect(read(['1', ' -2.5 ', '+.5e1', '7.'])).toEqual(numbers('number', 1, -2.5, 5, 7));
    expect(read([1n, '2', 3, null])).toEqual(numbers('number', 1, 2, 3, NA));
  });

  test('truth values, as booleans and as words', () => {
    expect(read([true, false, null, true])).toEqual(numbers('boolean', 1, 0, NA, 1));
    expect(read(['true', 'FALSE', 'NA', 'True'])).toEqual(numbers('boolean', 1, 0, NA, 1));
    expect(read([0, '1', true, 'false'], 'boolean')).toEqual(numbers('boolean', 0, 1, 1, 0));
  });

  test('dates, as Date objects and as ISO text, in days since 1970-01-01 UTC', () => {
    expect(read([new Date('1970-01-02'), new Date('1969-12-31'), null, new Date('2000-03-01T12:00:00Z')])).toEqual(
      numbers('date', 1, -1, NA, 11017.5),
    );
    expect(read(['1970-01-02', '2000-03-01T12:00', '2000-03-01 18:00:00.000', ''])).toEqual(
      numbers('date', 1, 11017.5, 11017.75, NA),
    );
    expect(read(['1970-01-01T00:00:00+06:00', '1970-01-01T00:00-0600', '0001-01-01', '2024-02-29'])).toEqual(
      numbers('date', -0.25, 0.25, -719162, 19782),
    );
  });

  test('a day that does not exist is text, not the next month', () => {
    for (const cell of ['2023-02-29', '2023-13-01', '2023-00-10', '2023-04-31', '2023-04-00', '2023-01-01T24:00'])
      expect(read([cell, null, null, null]), cell).toMatchObject({ kind: 'category', levels: [cell] });
  });

  test('categories, with sorted levels', () => {
    expect(read(['b', 'a', 'NA', 'b'])).toEqual({
      kind: 'category',
      name: 'x',
      codes: Int32Array.of(1, 0, -1, 1),
      levels: ['a', 'b'],
    });
    // Text with some numbers, dates and truth values among it: the labels are text.
    expect(read(['a', 'b', '3', '2024-01-01'])).toMatchObject({
      kind: 'category',
      levels: ['2024-01-01', '3', 'a', 'b'],
    });
    expect(read(['yes', 'true', 'no', 'false'])).toMatchObject({ kind: 'category' });
  });

  test('a kind can be forced: codes as categories', () => {
    expect(read(['110000', '120000', '110000', ''], 'category')).toEqual({
      kind: 'category',
      name: 'x',
      codes: Int32Array.of(0, 1, 0, -1),
      levels: ['110000', '120000'],
    });
    expect(read([2, 1, true, new Date('2024-01-05')], 'category')).toMatchObject({
      levels: ['1', '2', '2024-01-05', 'true'],
    });
    expect(read([true, false, 3, null], 'number')).toEqual(numbers('number', 1, 0, 3, NA));
  });

  test('codes beyond 2⁵³ stay words, since numbers would round them', () => {
    expect(read(['12345678901234567890', '12345678901234567891', 'NA', 'NA'])).toMatchObject({
      kind: 'category',
      levels: ['12345678901234567890', '12345678901234567891'],
    });
  });

  test('missing: null, undefined, NaN, blank text and the words of naStrings', () => {
    expect(read([null, undefined, NaN, 4])).toEqual(numbers('number', NA, NA, NA, 4));
    expect(read(['', ' NA ', 'NaN', 'null'], 'number')).toEqual(numbers('number', NA, NA, NA, NA));
    expect(read([5, '-', 'NA?', 6], undefined, ['-', 'NA?'])).toEqual(numbers('number', 5, NA, NA, 6));
    // With words of one's own, the default ones are words again.
    expect(read(['NA', 'b', '-', 'b'], undefined, ['-'])).toMatchObject({ levels: ['NA', 'b'] });
  });

  test('any finite numbers come back bit for bit, as numbers and as text', () => {
    const cell = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 4, maxLength: 4 }), (cells) => {
        expect(read(cells)).toEqual(numbers('number', ...cells));
        // Whole numbers beyond 2⁵³ are refused as text: there they are more likely codes.
        const text = cells.filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value)).map(String);
        const padded = [...text, '', '', '', ''].slice(0, 4);
        expect(read(padded, 'number')).toEqual(
          numbers('number', ...padded.map((word) => (word === '' ? NA : Number(word)))),
        );
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('any day comes back from its ISO text', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719162, max: 2932896 }), (day) => {
        const iso = new Date(day * 86_400_000).toISOString();
        expect(read([iso, iso.slice(0, 10), '', ''])).toEqual(numbers('date', day, day, NA, NA));
      }),
      { seed: 2, numRuns: 200 },
    );
  });
});

describe('what is worth a warning', () => {
  const warningsOf = (x: readonly unknown[]) =>
    createTrial(
      { w: x.map((_, i) => i % 2), y: x.map(() => 1), x },
      { covariates: ['x'], treatment: 'w', outcomes: { y: 'y' } },
    ).warnings.map(({ code }) => code);

  test('codes read as numbers, identifiers, empty columns', () => {
    expect(warningsOf(['01', '02', '3'])).toEqual(['CODE_READ_AS_NUMBER']);
    expect(warningsOf(['0', '0.5', '10'])).toEqual([]);
    expect(warningsOf(Array.from({ length: 30 }, (_, i) => `user${i}`))).toEqual(['IDENTIFIER_COVARIATE']);
    expect(warningsOf(Array.from({ length: 30 }, (_, i) => `team${i % 29}`))).toEqual([]);
    expect(warningsOf(['', null, 'NA'])).toEqual(['EMPTY_COVARIATE']);
  });
});

describe('covariates that may come after treatment', () => {
  test('a part of a ratio as a covariate is warned of', () => {
    const outcomes = { r: { numerator: 'y', denominator: 'd' } } as const;
    const { warnings } = createTrial({ ...base, d: [1, 2, 3, 4] }, { covariates: ['d'], treatment: 'w', outcomes });
    expect(warnings).toEqual([
      {
        code: 'OUTCOME_PART_AS_COVARIATE',
        message: expect.stringContaining("'d' is a covariate and a part of outcome 'r'"),
      },
    ]);
  });
});

describe('treatment', () => {
  const treat = (w: readonly unknown[], kind?: 'binary' | 'continuous') =>
    createTrial(
      { x: w.map((_, i) => i), y: w.map(() => 0), w },
      { covariates: ['x'], treatment: kind ? { column: 'w', kind } : 'w', outcomes: { y: 'y' } },
    ).treatment;

  test.each([[[0, 1, 1]], [[false, true, true]], [['0', '1', '1']], [['false', 'TRUE', 'true']], [[0n, 1n, 1n]]])(
    '%s is binary',
    (w) => {
      expect(treat(w)).toEqual({ kind: 'binary', name: 'w', values: Float64Array.of(0, 1, 1) });
    },
  );

  test('any numbers are continuous where declared so', () => {
    expect(treat([0.5, '2', -1], 'continuous')).toEqual({
      kind: 'continuous',
      name: 'w',
      values: Float64Array.of(0.5, 2, -1),
    });
  });
});

describe('outcomes, weights, clusters, propensity', () => {
  const data = {
    x: [1, 2, 3],
    w: [0, 1, 1],
    y: ['1', '2', '3'],
    spend: [4, 0, 9],
    orders: [2, 0, 3],
    team: ['b', 'a', 'c'],
    p: [0.2, 0.5, 0.9],
  };

  test('columns by name or as { column }', () => {
    const { outcomes } = createTrial(data, {
      covariates: ['x'],
      treatment: 'w',
      outcomes: { a: 'y', b: { column: 'spend' } },
    });
    expect(outcomes).toEqual({
      a: { kind: 'column', name: 'a', values: Float64Array.of(1, 2, 3), rows: null },
      b: { kind: 'column', name: 'b', values: Float64Array.of(4, 0, 9), rows: null },
    });
  });

  test('the mean of ratios leaves rows out only where asked to, and counts them', () => {
    const { outcomes, warnings } = createTrial(data, {
      covariates: ['x'],
      treatment: 'w',
      outcomes: { perOrder: { numerator: 'spend', denominator: 'orders', zeroDenominator: 'drop' } },
    });
    expect(outcomes.perOrder).toEqual({
      kind: 'meanOfRatios',
      name: 'perOrder',
      values: Float64Array.of(2, NA, 3),
      rows: Int32Array.of(0, 2),
    });
    expect(warnings).toEqual([
      { code: 'ZERO_DENOMINATOR_DROPPED', message: expect.stringContaining("'perOrder' leaves out 1 row of 3") },
    ]);
  });

  test('a numerator may be missing where its row is left out', () => {
    const holes = { ...data, spend: [4, null, 9] };
    const declaration = { covariates: ['x'], treatment: 'w' } as const;
    const drop = { numerator: 'spend', denominator: 'orders', zeroDenominator: 'drop' } as const;
    expect(createTrial(holes, { ...declaration, outcomes: { r: drop } }).outcomes.r).toMatchObject({
      values: Float64Array.of(2, NA, 3),
    });
  });

  test('a ratio of totals keeps both columns', () => {
    const { outcomes } = createTrial(data, {
      covariates: ['x'],
      treatment: 'w',
      outcomes: { perOrder: { numerator: 'spend', denominator: 'orders', as: 'totals' } },
    });
    expect(outcomes.perOrder).toEqual({
      kind: 'ratioOfTotals',
      name: 'perOrder',
      numerator: Float64Array.of(4, 0, 9),
      denominator: Float64Array.of(2, 0, 3),
    });
  });

  test('weights, clusters and propensity as columns', () => {
    const common = { covariates: ['x'], treatment: 'w', outcomes: { y: 'y' } } as const;
    const byName = createTrial(data, { ...common, weights: 'orders', clusters: 'team', propensity: 'p' });
    expect(byName.weights).toEqual(Float64Array.of(2, 0, 3));
    expect(byName.clusters).toEqual({ name: 'team', ids: Int32Array.of(0, 1, 2), count: 3, labels: ['b', 'a', 'c'] });
  });

  test('weights, clusters and propensity as arrays, and one propensity for all', () => {
    const common = { covariates: ['x'], treatment: 'w', outcomes: { y: 'y' } } as const;
    const given = createTrial(data, {
      ...common,
      weights: Float32Array.of(1, 1, 0),
      clusters: [7, 8, 7],
      propensity: Float64Array.of(0.1, 0.2, 0.3),
    });
    expect(given.weights).toEqual(Float64Array.of(1, 1, 0));
    expect(given.clusters).toMatchObject({ name: 'clusters', labels: ['7', '8'] });
    expect(given.propensity).toEqual(Float64Array.of(0.1, 0.2, 0.3));
    expect(createTrial(data, { ...common, propensity: 0.25 }).propensity).toEqual(Float64Array.of(0.25, 0.25, 0.25));
  });
});
