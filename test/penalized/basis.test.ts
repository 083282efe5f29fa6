/** Bases: which columns there are, that new rows get the same ones, and what is left out. */
import { describe, expect, test } from 'vitest';
import { createTrial } from '../../src/data/create-trial.js';
import { encodeCovariates } from '../../src/data/encode.js';
import { streamFor } from '../../src/math/random.js';
import { basisColumns, planBasis } from '../../src/penalized/basis.js';
import type { BasisOptions } from '../../src/penalized/basis-plan.js';
import type { Design } from '../../src/penalized/design.js';

const rowCount = 200;
const stream = streamFor(8, 'basis');
const draw = (of: (i: number) => unknown): unknown[] => Array.from({ length: rowCount }, (_, i) => of(i));
const x = draw(() => stream.normal()) as number[];
const columns = {
  x,
  gaps: draw((i) => (i % 7 === 0 ? null : stream.uniform())),
  flag: draw(() => stream.below(2)),
  county: draw((i) => (i === 3 ? null : i < 4 ? 'rare' : ['a', 'b', 'b', 'c'][i % 4])),
  twice: x.map((value) => 3 - 2 * value),
  same: draw(() => 5),
  treatment: draw((i) => i % 2),
  outcome: draw(() => stream.normal()),
};
const covariates = ['x', 'gaps', 'flag', 'county', 'twice', 'same'] as const;
const trial = createTrial(columns, { covariates, treatment: 'treatment', outcomes: { outcome: 'outcome' } });
const plan = (options: BasisOptions = {}, weights: Float64Array | null = null) =>
  planBasis(trial.covariates, rowCount, weights, options);
const column = (design: Design, j: number) => design.values.subarray(j * rowCount, (j + 1) * rowCount);

test('linear: numbers, flags of missing cells, levels but the most frequent; constants and repetitions are named', () => {
  const { basis } = plan({ shape: 'linear' });
  expect(basis.names).toEqual([
    'x',
    'gaps',
    'gaps is missing',
    'flag',
    'county = a',
    'county = c',
    'county is missing',
  ]);
  expect(basis.dropped).toEqual([
    { name: 'county = rare', reason: 'rareLevel' },
    { name: 'twice', reason: 'duplicate' },
    { name: 'same', reason: 'constant' },
  ]);
});

test('spline and product: hinges at quantiles, squares, products; none where they say nothing new', () => {
  const { basis, design } = plan({ knots: 3 });
  // Three each of x, gaps and twice, whose hinges bend the other way; a flag has none.
  expect(basis.names.filter((name) => name.includes(')+')).length).toBe(9);
  expect(basis.names).toContain('x²');
  expect(basis.names).toContain('x × county = a');
  expect(basis.names).toContain('gaps × flag');
  expect(basis.names).not.toContain('flag²');
  expect(basis.names.some((name) => name === 'county = a × county = c')).toBe(false);
  const sorted = [...x].sort((a, b) => a - b);
  const hinge = basis.names.findIndex((name) => name.startsWith('(x'));
  const knot = sorted[49] + 0.75 * (sorted[50] - sorted[49]);
  const raw = x.map((value) => Math.max(0, value - knot));
  const mean = raw.reduce((a, b) => a + b, 0) / rowCount;
  for (let i = 0; i < rowCount; i++)
    expect(column(design, hinge)[i] * basis.scale[hinge] + basis.centre[hinge]).toBeCloseTo(raw[i], 12);
  expect(basis.centre[hinge]).toBeCloseTo(mean, 12);
});

test('columns have weighted mean 0 and deviation 1; missing cells stand at the mean', () => {
  const weights = Float64Array.from({ length: rowCount }, (_, i) => i % 3);
  const { basis, design } = plan({}, weights);
  for (let j = 0; j < design.columnCount; j++) {
    let [mean, square] = [0, 0];
    column(design, j).forEach((value, i) => {
      mean += weights[i] * value;
      square += weights[i] * value * value;
    });
    expect(mean).toBeCloseTo(0, 9);
    expect(square / weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  }
  expect(column(design, basis.names.indexOf('gaps'))[7]).toBeCloseTo(0, 12);
});

describe('new rows', () => {
  const { basis, design } = plan();

  test('training rows give their columns again, also after JSON and in another order', () => {
    const again = basisColumns(basis, encodeCovariates(trial.covariates, columns).covariates, rowCount);
    expect(again.design).toEqual(design);
    expect(again.cellsHeld).toBe(0);
    const cloned = structuredClone(basis);
    const backwards = Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, [...cells].reverse()]));
    const other = basisColumns(cloned, encodeCovariates(trial.covariates, backwards).covariates, rowCount);
    for (let j = 0; j < design.columnCount; j++)
      expect(column(other.design, j)).toEqual(column(design, j).slice().reverse());
  });

  test('outside the training range numbers stand at its end, and are counted', () => {
    const row = { x: 100, gaps: null, flag: 1, county: 'unknown', twice: 0, same: 6 };
    const edge = { ...row, x: Math.max(...x), same: 5 };
    const [a, b] = [row, edge].map((one) =>
      basisColumns(basis, encodeCovariates(trial.covariates, [one]).covariates, 1),
    );
    expect(a.design).toEqual(b.design);
    expect([a.cellsHeld, b.cellsHeld]).toEqual([2, 0]);
    expect(a.design.values[basis.names.indexOf('county is missing')]).toBeGreaterThan(1);
  });
});

test('too many products: those of the most relevant covariates', () => {
  const few = plan({ mostProducts: 2, relevance: [0, 3, 2, 0, 0, 0] }).basis;
  expect(few.names.filter((name) => / × |²/.test(name))).toEqual(['gaps²', 'gaps × flag']);
  const first = plan({ mostProducts: 2 }).basis;
  expect(first.names.filter((name) => / × |²/.test(name))).toEqual(['x²', 'x × gaps', 'gaps²']);
  expect(plan({ mostProducts: 0 }).basis.names.some((name) => / × |²/.test(name))).toBe(false);
  expect(() => plan({ relevance: [1] })).toThrow('6 numbers');
  expect(() => plan({ knots: -1 })).toThrow('knots');
});

test('many levels: the most frequent', () => {
  const level = draw((i) => `l${Math.floor(Math.sqrt(i))}`);
  const many = createTrial(
    { ...columns, level },
    { covariates: ['level'], treatment: 'treatment', outcomes: { outcome: 'outcome' } },
  );
  const { basis } = planBasis(many.covariates, rowCount, null, { mostLevels: 2 });
  expect([...basis.names].sort()).toEqual(['level = l11', 'level = l12']);
  expect(basis.dropped.length).toBe(12);
});
