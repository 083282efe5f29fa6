import { describe, expect, test } from 'vitest';
import { InvalidDataError, InvalidOptionError } from '../../src/base/errors.js';
import { createTrial } from '../../src/data/create-trial.js';
import { encodeCovariates } from '../../src/data/encode.js';

const { covariates } = createTrial(
  {
    age: [30, 40],
    region: ['north', 'south'],
    joined: ['2024-01-01', '2024-01-02'],
    member: [true, false],
    code: ['110000', '120000'],
    w: [0, 1],
    y: [1, 2],
  },
  {
    covariates: ['age', 'region', 'joined', 'member', { column: 'code', kind: 'category' }],
    treatment: 'w',
    outcomes: { y: 'y' },
  },
);

const row = { age: 35, region: 'south', joined: '2024-01-02', member: false, code: 110000 };

describe('encodeCovariates', () => {
  test('new rows get the training codes, kinds and order, from rows and from columns', () => {
    const {
      covariates: encoded,
      rowCount,
      warnings,
    } = encodeCovariates(covariates, [row, { ...row, age: null, region: 'NA' }]);
    expect(rowCount).toBe(2);
    expect(warnings).toEqual([]);
    expect(encoded).toEqual([
      { kind: 'number', name: 'age', values: Float64Array.of(35, Number.NaN) },
      { kind: 'category', name: 'region', codes: Int32Array.of(1, -1), levels: ['north', 'south'] },
      { kind: 'date', name: 'joined', values: Float64Array.of(19724, 19724) },
      { kind: 'boolean', name: 'member', values: Float64Array.of(0, 0) },
      { kind: 'category', name: 'code', codes: Int32Array.of(0, 0), levels: ['110000', '120000'] },
    ]);
    const columns = Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, [cell]]));
    expect(encodeCovariates(covariates, columns).covariates).toEqual(encodeCovariates(covariates, [row]).covariates);
  });

  test('levels that training did not see are missing, counted and named', () => {
    const rows = ['west', 'north', 'west', 'east', null].map((region) => ({ ...row, region }));
    const { covariates: encoded, warnings } = encodeCovariates(covariates, rows);
    expect(encoded[1]).toMatchObject({ codes: Int32Array.of(-1, 0, -1, -1, -1) });
    expect(warnings).toEqual([
      { code: 'UNKNOWN_LEVELS', message: expect.stringMatching(/'region'.*3 rows with 2 levels.*'east', 'west'$/) },
    ]);
  });

  test('words of naStrings are missing, not unknown', () => {
    const { warnings, covariates: encoded } = encodeCovariates(covariates, [{ ...row, region: '-' }], {
      naStrings: ['-'],
    });
    expect(warnings).toEqual([]);
    expect(encoded[1]).toMatchObject({ codes: Int32Array.of(-1) });
  });

  test('another kind of cell, or no such column, is an error', () => {
    const failure = (change: object): InvalidDataError => {
      try {
        encodeCovariates(covariates, [{ ...row, ...change }]);
      } catch (error) {
        return error as InvalidDataError;
      }
      throw new Error('nothing was thrown');
    };
    expect(failure({ age: 'old' })).toMatchObject({ code: 'NOT_NUMERIC', column: 'age', rows: [0] });
    expect(failure({ joined: 5 })).toMatchObject({ code: 'NOT_NUMERIC', column: 'joined' });
    expect(failure({ member: 2 })).toMatchObject({ code: 'NOT_NUMERIC', column: 'member' });
    expect(failure({ region: {} })).toMatchObject({ code: 'INVALID_TABLE', column: 'region' });
    expect(() => encodeCovariates(covariates, [{ age: 1 }])).toThrowError(InvalidDataError);
    expect(() => encodeCovariates(covariates, [row], { naString: [] } as object)).toThrowError(InvalidOptionError);
  });

  test("the training trial's own rows come back as they were", () => {
    const table = { age: [1, null, 3], region: ['b', 'a', null], w: [0, 1, 1], y: [1, 1, 1] };
    const trial = createTrial(table, { covariates: ['age', 'region'], treatment: 'w', outcomes: { y: 'y' } });
    expect(encodeCovariates(trial.covariates, table).covariates).toEqual(trial.covariates);
  });
});
