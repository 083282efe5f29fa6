import { describe, expect, test } from 'vitest';
import { type DataErrorCode, InvalidDataError, InvalidOptionError } from '../../src/base/errors.js';
import { createTrial } from '../../src/data/create-trial.js';

const data = {
  age: [30, 40, 50, 60],
  region: ['n', 's', 'n', 's'],
  w: [0, 1, 0, 1],
  y: [1, 2, 3, 4],
  d: [1, 0, 2, 0],
};
const declaration = { covariates: ['age'], treatment: 'w', outcomes: { y: 'y' } };

/** The error of a call that types would not allow, as untyped callers make it. */
function failure(changes: object, changedData: unknown = {}): unknown {
  const table = Array.isArray(changedData) ? changedData : { ...data, ...(changedData as object) };
  try {
    createTrial(table as typeof data, { ...declaration, ...changes } as never);
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** Expects an InvalidDataError with this code, column and rows, and with these words in its message. */
function expectDataError(
  error: unknown,
  expected: { code: DataErrorCode; column?: string | null; rows?: number[]; words: string[] },
): void {
  expect(error).toBeInstanceOf(InvalidDataError);
  const { code, column, rows, message } = error as InvalidDataError;
  expect(code, message).toBe(expected.code);
  if (expected.column !== undefined) expect(column).toBe(expected.column);
  if (expected.rows !== undefined) expect(rows).toEqual(expected.rows);
  for (const word of expected.words) expect(message).toContain(word);
}

describe('tables that are none', () => {
  test('no rows', () => {
    expectDataError(failure({}, []), { code: 'NO_ROWS', words: ['no rows'] });
    const none = { age: [], region: [], w: [], y: [], d: [] };
    expectDataError(failure({}, none), { code: 'NO_ROWS', words: ['no rows'] });
  });

  test('rows that are no objects', () => {
    expectDataError(
      failure({}, [
        [1, 2],
        [3, 4],
      ]),
      { code: 'INVALID_TABLE', rows: [0], words: ['row 0', 'array of 2'] },
    );
    expectDataError(failure({}, [{ age: 1 }, null]), { code: 'INVALID_TABLE', rows: [1], words: ['row 1', 'null'] });
  });

  test('columns that are no arrays, and data that are neither', () => {
    expectDataError(failure({}, { age: 'abcd' }), { code: 'INVALID_TABLE', column: 'age', words: ["'age'", '"abcd"'] });
    for (const nonsense of ['file.csv', 7, null, new Float64Array(3)])
      try {
        createTrial(nonsense as never, declaration as never);
        expect.unreachable();
      } catch (error) {
        expectDataError(error, { code: 'INVALID_TABLE', words: ['array of row objects'] });
      }
  });

  test('unequal lengths', () => {
    expectDataError(failure({}, { y: [1, 2, 3] }), {
      code: 'UNEQUAL_LENGTHS',
      column: 'y',
      words: ["'y' has 3 cells", "'age' has 4"],
    });
    expectDataError(failure({ weights: [1, 2] }), {
      code: 'UNEQUAL_LENGTHS',
      words: ['weights has 2 values', '4 rows'],
    });
  });
});

describe('columns that do not exist or count twice', () => {
  test.each([
    ['covariates', { covariates: ['agee'] }, 'agee', "'age'"],
    ['treatment', { treatment: 'W' }, 'W', "'w'"],
    ['outcome', { outcomes: { y: 'Y' } }, 'Y', "'y'"],
    ['outcome', { outcomes: { r: { numerator: 'y', denominator: 'dd' } } }, 'dd', "'d'"],
    ['weights', { weights: 'ages' }, 'ages', "'age'"],
    ['clusters', { clusters: 'regions' }, 'regions', "'region'"],
    ['propensity', { propensity: 'yy' }, 'yy', "'y'"],
  ])('an unknown column for %s comes with the nearest name', (role, changes, column, suggestion) => {
    expectDataError(failure(changes), {
      code: 'UNKNOWN_COLUMN',
      column,
      words: [role, `did you mean ${suggestion}?`, 'age, region, w, y, d'],
    });
  });

  test('what every object inherits is no column, in rows or in columns', () => {
    expectDataError(failure({ covariates: ['toString'] }), { code: 'UNKNOWN_COLUMN', words: ['toString'] });
    const rows = [{ age: 1, w: 0, y: 1 }];
    expectDataError(failure({ covariates: ['toString'] }, rows), { code: 'UNKNOWN_COLUMN', words: ['age, w, y'] });
  });

  test.each([
    ['a covariate twice', { covariates: ['age', 'region', 'age'] }, 'age', 'listed twice'],
    [
      'a covariate twice, once with its kind',
      { covariates: ['age', { column: 'age', kind: 'category' }] },
      'age',
      'twice',
    ],
    ['the treatment as a covariate', { covariates: ['age', 'w'] }, 'w', 'the treatment and as a covariate'],
    ['an outcome as a covariate', { covariates: ['y'] }, 'y', "outcome 'y' and as a covariate"],
    [
      'the treatment in a ratio',
      { outcomes: { rate: { numerator: 'y', denominator: 'w' } } },
      'w',
      "the treatment and as outcome 'rate'",
    ],
    ['the treatment as an outcome', { outcomes: { gain: 'w' } }, 'w', "the treatment and as outcome 'gain'"],
  ])('%s', (_, changes, column, words) => {
    expectDataError(failure(changes), { code: 'REPEATED_COLUMN', column, words: [words] });
  });
});

describe('cells that do not fit', () => {
  test('text among numbers: the cells are shown, and what to do', () => {
    const cells = ['n/a', 41, '12 years', 9, 7, 8, 3, 'x', '?', '-', 1, 2, 3, 4, '..', 5, 6];
    const many = { ...data, age: cells, w: cells.map((_, i) => i % 2), y: cells.map(() => 1) };
    const table = { age: many.age, w: many.w, y: many.y };
    let error: unknown;
    try {
      createTrial(table, declaration as never);
    } catch (caught) {
      error = caught;
    }
    expectDataError(error, {
      code: 'NOT_NUMERIC',
      column: 'age',
      rows: [0, 2, 7, 8, 9],
      words: ['mostly numbers', '6 cells', 'row 0: "n/a"', 'row 2: "12 years"', '…', 'naStrings', "kind: 'category'"],
    });
  });

  test.each([
    ['dates among numbers', [1, 2, new Date('2024-01-01'), 3], [2], 'mostly numbers'],
    ['text among dates', ['2024-01-01', '2024-01-02', '2024-01-03', 'soon'], [3], 'mostly dates'],
    ['numbers among booleans', [true, false, true, 1], [3], 'mostly truth values'],
    ['objects', [{}, {}, {}, {}], [0, 1, 2, 3], 'cannot be read'],
    ['an invalid Date', [new Date('x'), new Date(0), new Date(0), null], [0], 'an invalid Date'],
  ])('%s', (_, age, rows, words) => {
    expectDataError(failure({}, { age }), { code: 'NOT_NUMERIC', column: 'age', rows, words: [words] });
  });

  test.each([
    ['number', [1, 'two', 3, 4], [1], 'numbers'],
    ['boolean', [true, 2, false, 'yes'], [1, 3], 'truth values'],
    ['date', ['2024-01-01', 19000, '01/02/2024', null], [1, 2], 'dates'],
    ['number', [1n, 2n ** 60n, 3, 4], [1], '1152921504606846976'],
  ])('a column forced to be a %s', (kind, age, rows, words) => {
    const error = failure({ covariates: [{ column: 'age', kind }] }, { age });
    expectDataError(error, { code: 'NOT_NUMERIC', column: 'age', rows, words: [words] });
  });

  test('a category of objects', () => {
    const error = failure({ covariates: [{ column: 'age', kind: 'category' }] }, { age: ['a', {}, 'b', null] });
    expectDataError(error, { code: 'INVALID_TABLE', column: 'age', rows: [1], words: ['must hold text'] });
  });

  test.each([
    ['covariate', { age: [1, Infinity, 3, 4] }, 'age'],
    ['covariate as text', { age: ['1', '-inf', '3', '1e999'] }, 'age'],
    ['outcome', { y: [1, 2, -Infinity, 4] }, 'y'],
  ])('infinite values in a %s', (_, changed, column) => {
    expectDataError(failure({}, changed), { code: 'INFINITE_VALUES', column, words: ['infinite'] });
  });
});

describe('treatment', () => {
  test.each([
    ['missing', { w: [0, 1, null, 'NA'] }, 'MISSING_VALUES', [2, 3], '2 rows'],
    ['three arms', { w: [0, 1, 2, 1] }, 'NOT_BINARY', [2], "kind: 'continuous'"],
    ['names of arms', { w: ['control', 'drug', 'drug', 'control'] }, 'NOT_BINARY', [0, 1, 2, 3], 'Recode two arms'],
    ['all treated', { w: [1, 1, 1, 1] }, 'CONSTANT_TREATMENT', [], 'is 1 in every row'],
  ] as const)('%s', (_, changed, code, rows, words) => {
    expectDataError(failure({}, changed), { code, column: 'w', rows: [...rows], words: [words] });
  });

  test('constant where weights are positive', () => {
    const error = failure({ weights: [0, 1, 0, 1] });
    expectDataError(error, { code: 'CONSTANT_TREATMENT', column: 'w', words: ['every row of positive weight'] });
  });

  test('a constant, missing or wordy dose', () => {
    const treatment = { column: 'w', kind: 'continuous' };
    expectDataError(failure({ treatment }, { w: [2, 2, 2, 2] }), { code: 'CONSTANT_TREATMENT', words: ['is 2 in'] });
    expectDataError(failure({ treatment }, { w: [2, 'NA', 1, 2] }), { code: 'MISSING_VALUES', rows: [1], words: [] });
    expectDataError(failure({ treatment }, { w: [2, 'low', 1, 2] }), {
      code: 'NOT_NUMERIC',
      rows: [1],
      words: ['"low"'],
    });
  });
});

describe('outcomes', () => {
  test('missing and wordy cells', () => {
    const missing = failure({}, { y: [1, '', NaN, 4] });
    expectDataError(missing, { code: 'MISSING_VALUES', column: 'y', rows: [1, 2], words: ["outcome 'y'", '2 rows'] });
    expectDataError(failure({}, { y: [1, 'high', 3, 4] }), {
      code: 'NOT_NUMERIC',
      column: 'y',
      rows: [1],
      words: ['"high"'],
    });
  });

  test('denominators of 0', () => {
    const outcomes = { r: { numerator: 'y', denominator: 'd' } };
    expectDataError(failure({ outcomes }), {
      code: 'ZERO_DENOMINATOR',
      column: 'd',
      rows: [1, 3],
      words: ["outcome 'r'", '2 rows', "as: 'totals'", "zeroDenominator: 'drop'"],
    });
    const drop = { r: { numerator: 'y', denominator: 'd', zeroDenominator: 'drop' } };
    expectDataError(failure({ outcomes: drop }, { d: [0, 0, 0, 0] }), {
      code: 'ZERO_DENOMINATOR',
      words: ['every row'],
    });
    const totals = { r: { numerator: 'y', denominator: 'd', as: 'totals' } };
    expectDataError(failure({ outcomes: totals }, { d: [0, 0, 0, 0] }), {
      code: 'ZERO_DENOMINATOR',
      words: ['every row'],
    });
  });

  test('ratios that overflow', () => {
    const outcomes = { r: { numerator: 'y', denominator: 'd' } };
    const error = failure({ outcomes }, { y: [1e300, 1, 1, 1], d: [1e-300, 1, 1, 1] });
    expectDataError(error, { code: 'INFINITE_VALUES', rows: [0], words: ['overflows'] });
  });

  test('a missing part of a ratio', () => {
    const outcomes = { r: { numerator: 'y', denominator: 'd', zeroDenominator: 'drop' } };
    expectDataError(failure({ outcomes }, { d: [1, null, 2, 0] }), {
      code: 'MISSING_VALUES',
      column: 'd',
      rows: [1],
      words: [],
    });
    expectDataError(failure({ outcomes }, { y: [null, 1, 2, null] }), {
      code: 'MISSING_VALUES',
      column: 'y',
      rows: [0],
      words: [],
    });
  });
});

describe('weights, clusters, propensity', () => {
  test.each([
    ['negative', { weights: [1, -1, 1, 1] }, 'INVALID_WEIGHTS', [1]],
    ['missing', { weights: [1, NaN, 1, 1] }, 'INVALID_WEIGHTS', [1]],
    ['all 0', { weights: [0, 0, 0, 0] }, 'INVALID_WEIGHTS', []],
    ['infinite', { weights: [1, 1, 1, Infinity] }, 'INFINITE_VALUES', [3]],
    ['words', { weights: 'region' }, 'NOT_NUMERIC', [0, 1, 2, 3]],
    ['one cluster', { clusters: [5, 5, 5, 5] }, 'INVALID_CLUSTERS', []],
    ['one cluster of weight', { clusters: [5, 5, 6, 6], weights: [1, 1, 0, 0] }, 'INVALID_CLUSTERS', []],
    ['a row without cluster', { clusters: ['a', null, 'b', ''] }, 'INVALID_CLUSTERS', [1, 3]],
    ['propensities of 0 and 1', { propensity: [0.5, 0, 1, 0.5] }, 'INVALID_PROPENSITY', [1, 2]],
    ['a missing propensity', { propensity: [0.5, null, 0.5, 0.5] }, 'INVALID_PROPENSITY', [1]],
  ] as const)('%s', (_, changes, code, rows) => {
    expectDataError(failure(changes), { code, rows: [...rows], words: [] });
  });

  test.each([
    ['propensity', { propensity: 1 }, 'above 0 and below 1'],
    ['propensity', { propensity: Number.NaN }, 'above 0 and below 1'],
    [
      'propensity',
      { propensity: 0.5, treatment: { column: 'age', kind: 'continuous' }, covariates: ['region'] },
      'continuous',
    ],
    ['weights', { weights: 3 }, 'or an array'],
    ['clusters', { clusters: {} }, 'or an array'],
  ])('%s that is no column', (option, changes, words) => {
    const error = failure(changes);
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({ option, message: expect.stringContaining(words) });
  });
});

describe('declarations', () => {
  test.each([
    ['declaration.outcome', { outcome: 'y' }, "did you mean 'outcomes'?"],
    ['covariates', { covariates: [] }, 'at least one'],
    ['covariates', { covariates: 'age' }, 'an array'],
    ['covariates[1]', { covariates: ['age', 7] }, "column's name"],
    ['covariates[0].kind', { covariates: [{ column: 'age', kind: 'numbers' }] }, "did you mean 'number'?"],
    ['covariates[0].type', { covariates: [{ column: 'age', type: 'number' }] }, 'no such option'],
    ['treatment', { treatment: undefined }, "column's name"],
    ['treatment.kind', { treatment: { column: 'w', kind: 'dose' } }, "'continuous'"],
    ['outcomes', { outcomes: {} }, 'names and columns'],
    ['outcomes', { outcomes: ['y'] }, 'names and columns'],
    ['outcomes.y', { outcomes: { y: 3 } }, 'numerator, denominator'],
    ['outcomes.y.denominator', { outcomes: { y: { numerator: 'y' } } }, "column's name"],
    [
      'outcomes.y.denominater',
      { outcomes: { y: { numerator: 'y', denominater: 'd' } } },
      "did you mean 'denominator'?",
    ],
    ['outcomes.y.column', { outcomes: { y: { column: 1 } } }, "a column's name"],
    ['outcomes.y.as', { outcomes: { y: { numerator: 'y', denominator: 'd', as: 'total' } } }, "'totals'"],
    [
      'outcomes.y.zeroDenominator',
      { outcomes: { y: { numerator: 'y', denominator: 'd', zeroDenominator: 'skip' } } },
      "'drop'",
    ],
    [
      'outcomes.y.zeroDenominator',
      { outcomes: { y: { numerator: 'y', denominator: 'd', as: 'totals', zeroDenominator: 'drop' } } },
      'left out',
    ],
    ['naStrings', { naStrings: 'NA' }, 'an array of words'],
  ])('%s', (option, changes, words) => {
    const error = failure(changes);
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect(error).toMatchObject({ option, message: expect.stringContaining(words) });
  });
});
