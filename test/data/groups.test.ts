import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../../src/base/errors.js';
import { createTrial } from '../../src/data/create-trial.js';
import { groupRows } from '../../src/data/groups.js';

const trial = createTrial(
  {
    age: [29.9, 30, 44, 45, null, 80],
    region: ['n', 's', 'n', null, 's', 's'],
    member: [true, null, false, true, true, true],
    joined: ['2024-01-01', '2024-02-01', '2024-02-15', '2024-03-01', null, '2024-03-02'],
    w: [0, 1, 0, 1, 0, 1],
    y: [1, 2, 3, 4, 5, 6],
  },
  { covariates: ['age', 'region', 'member', 'joined'], treatment: 'w', outcomes: { y: 'y' } },
);

/** Labels and rows, for comparison. */
const plain = ({ groups }: ReturnType<typeof groupRows>) => groups.map(({ label, rows }) => [label, [...rows]]);

describe('groupRows', () => {
  test('by a category, with rows of no group counted', () => {
    const groups = groupRows(trial, 'region');
    expect(groups).toMatchObject({ name: 'region', missing: 1 });
    expect(plain(groups)).toEqual([
      ['n', [0, 2]],
      ['s', [1, 4, 5]],
    ]);
    expect(groups.warnings).toEqual([
      { code: 'MISSING_GROUP', message: "no group holds the 1 row where 'region' is missing" },
    ]);
  });

  test('by truth, with labels of its own', () => {
    expect(plain(groupRows(trial, 'member'))).toEqual([
      ['false', [2]],
      ['true', [0, 3, 4, 5]],
    ]);
    expect(plain(groupRows(trial, { column: 'member', labels: { true: 'members' } }))).toEqual([
      ['false', [2]],
      ['members', [0, 3, 4, 5]],
    ]);
  });

  test('by intervals, closed on the left', () => {
    const groups = groupRows(trial, { column: 'age', cuts: [30, 45] });
    expect(plain(groups)).toEqual([
      ['under 30', [0]],
      ['30 to under 45', [1, 2]],
      ['45 and over', [3, 5]],
    ]);
    expect(groups.missing).toBe(1);
    expect(plain(groupRows(trial, { column: 'age', cuts: [45], labels: ['young', 'old'] }))).toEqual([
      ['young', [0, 1, 2]],
      ['old', [3, 5]],
    ]);
  });

  test('by dates', () => {
    const expected = [
      ['before 2024-02-01', [0]],
      ['2024-02-01 to before 2024-03-01', [1, 2]],
      ['from 2024-03-01', [3, 5]],
    ];
    expect(plain(groupRows(trial, { column: 'joined', cuts: ['2024-02-01', new Date('2024-03-01')] }))).toEqual(
      expected,
    );
    expect(() => groupRows(trial, { column: 'joined', cuts: [19754] })).toThrowError('a Date or ISO date');
  });

  test('by rules: flags, row numbers, and functions of a row', () => {
    const groups = groupRows(trial, [
      { label: 'flags', rows: [true, false, false, false, false, true] },
      { label: 'numbers', rows: [4, 1] },
      { label: 'typed', rows: Int32Array.of(2, 0) },
      { label: 'northern members', rows: ({ region, member }) => region === 'n' && member === true },
      { label: 'late', rows: ({ joined }) => joined instanceof Date && joined >= new Date('2024-03-01') },
      { label: 'even', rows: (_, row) => row % 2 === 0 },
      { label: 'age unknown', rows: ({ age }) => age === null },
    ]);
    expect(groups).toMatchObject({ name: 'groups', missing: 0, warnings: [] });
    expect(plain(groups)).toEqual([
      ['flags', [0, 5]],
      ['numbers', [1, 4]],
      ['typed', [0, 2]],
      ['northern members', [0]],
      ['late', [3, 5]],
      ['even', [0, 2, 4]],
      ['age unknown', [4]],
    ]);
  });

  test('empty groups stay, with a warning', () => {
    const groups = groupRows(trial, { column: 'age', cuts: [0, 100] });
    expect(plain(groups)).toEqual([
      ['under 0', []],
      ['0 to under 100', [0, 1, 2, 3, 5]],
      ['100 and over', []],
    ]);
    expect(groups.warnings.map(({ code }) => code)).toEqual(['MISSING_GROUP', 'EMPTY_GROUP']);
  });

  test('the result is plain frozen data', () => {
    const groups = groupRows(trial, 'region');
    expect(Object.isFrozen(groups.groups[0])).toBe(true);
    expect(structuredClone(groups)).toEqual(groups);
  });

  test.each([
    ['an unknown covariate', 'regio', "did you mean 'region'?"],
    ['a number without cuts', 'age', 'cuts'],
    ['a category with cuts', { column: 'region', cuts: [1] }, 'left out'],
    ['cuts that do not ascend', { column: 'age', cuts: [30, 30] }, 'greater than'],
    ['an infinite cut', { column: 'age', cuts: [Infinity] }, 'finite'],
    ['no cuts', { column: 'age', cuts: [] }, 'at least one'],
    ['too few labels', { column: 'age', cuts: [30], labels: ['a'] }, '2 words'],
    ['equal labels', { column: 'age', cuts: [30], labels: ['a', 'a'] }, 'different'],
    ['a label for no level', { column: 'region', labels: { x: 'y' } }, 'no such option'],
    ['a misspelt key', { column: 'age', cut: [30] }, "did you mean 'cuts'?"],
    ['no groups', [], 'at least one'],
    ['flags of the wrong length', [{ label: 'a', rows: [true] }], 'each of the 6 rows'],
    ['rows that do not exist', [{ label: 'a', rows: [6] }], '0 to 5'],
    ['rows given twice', [{ label: 'a', rows: [1, 1] }], 'without repetition'],
    ['a rule that is none', [{ label: 'a', rows: 'all' }], 'a rule'],
    ['a rule without an answer', [{ label: 'a', rows: () => undefined }], 'true or false'],
    ['nothing', undefined, 'name of a covariate'],
  ])('%s is refused', (_, by, words) => {
    expect(() => groupRows(trial, by as never)).toThrowError(InvalidOptionError);
    expect(() => groupRows(trial, by as never)).toThrowError(words);
  });
});
