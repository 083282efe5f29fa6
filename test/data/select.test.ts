import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../../src/base/errors.js';
import { createTrial } from '../../src/data/create-trial.js';
import { selectRows } from '../../src/data/select.js';

const rows = [
  { age: 30, region: 'n', w: 0, y: 1, d: 1, team: 'a', weight: 1, p: 0.1 },
  { age: 40, region: 's', w: 1, y: 2, d: 0, team: 'b', weight: 2, p: 0.2 },
  { age: null, region: null, w: 0, y: 3, d: 2, team: 'c', weight: 3, p: 0.3 },
  { age: 60, region: 'e', w: 1, y: 4, d: 4, team: 'b', weight: 4, p: 0.4 },
];
const declaration = {
  covariates: ['age', 'region'],
  treatment: 'w',
  outcomes: {
    y: 'y',
    mean: { numerator: 'y', denominator: 'd', zeroDenominator: 'drop' },
    totals: { numerator: 'y', denominator: 'd', as: 'totals' },
  },
  weights: 'weight',
  clusters: 'team',
  propensity: 'p',
} as const;
const trial = createTrial(rows, declaration);

describe('selectRows', () => {
  test('is what the trial of those rows would be, but for the levels, which stay', () => {
    const chosen = [3, 0, 1];
    const selected = selectRows(trial, chosen);
    const direct = createTrial(
      chosen.map((row) => rows[row] as (typeof rows)[number]),
      declaration,
    );
    expect(selected).toEqual(direct);
    const fewer = selectRows(trial, [3, 2]);
    expect(fewer.covariates[1]).toEqual({
      kind: 'category',
      name: 'region',
      codes: Int32Array.of(0, -1),
      levels: ['e', 'n', 's'],
    });
  });

  test('clusters are numbered anew, in order of appearance', () => {
    expect(selectRows(trial, [3, 0, 1]).clusters).toEqual({
      name: 'team',
      ids: Int32Array.of(0, 1, 0),
      count: 2,
      labels: ['b', 'a'],
    });
    expect(selectRows(trial, [1, 3]).clusters?.count).toBe(1);
  });

  test('rows that an outcome leaves out follow the selection, and so does the warning', () => {
    expect(selectRows(trial, [1, 0, 3]).outcomes.mean).toMatchObject({ rows: Int32Array.of(1, 2) });
    expect(selectRows(trial, [1, 0, 3]).warnings[0]?.message).toContain('1 row of 3');
    expect(selectRows(trial, [0, 3]).outcomes.mean).toMatchObject({ rows: null });
    expect(selectRows(trial, [0, 3]).warnings).toEqual([]);
  });

  test('rows may repeat, and every row in order is the trial itself', () => {
    expect(selectRows(trial, [0, 0]).treatment.values).toEqual(Float64Array.of(0, 0));
    expect(selectRows(trial, Int32Array.of(0, 1, 2, 3))).toEqual(trial);
  });

  test('the result is frozen and shares no values with the trial', () => {
    const selected = selectRows(trial, [0, 1, 2, 3]);
    expect(Object.isFrozen(selected.covariates[0])).toBe(true);
    expect(selected.treatment.values).not.toBe(trial.treatment.values);
    expect(structuredClone(selected)).toEqual(selected);
  });

  test.each([[[4]], [[-1]], [[0.5]], [[Number.NaN]], [[]]])('%j is refused', (chosen) => {
    expect(() => selectRows(trial, chosen)).toThrowError(InvalidOptionError);
  });
});
