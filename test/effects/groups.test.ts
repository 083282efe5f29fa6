/** Group effects and their differences. */
import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../../src/base/errors.js';
import { averageEffect } from '../../src/effects/average.js';
import { groupDifferences } from '../../src/effects/differences.js';
import { groupEffects } from '../../src/effects/groups.js';
import { ratioEffect } from '../../src/effects/ratio-of-totals.js';
import { relativeEffect } from '../../src/effects/relative.js';
import { doublyRobustScores } from '../../src/effects/scores.js';
import { streamFor } from '../../src/math/random.js';
import { category, forestOf } from './forest-of.js';
import { simulateTrial } from './trials.js';

const simulated = simulateTrial(streamFor(4, 'groups'), 320, 4);
const forest = forestOf(simulated);
const rowsWhere = (rule: (row: number) => boolean) => Int32Array.from(simulated.x.keys()).filter(rule);
const low = rowsWhere((row) => simulated.x[row] < 0.5);
const high = rowsWhere((row) => simulated.x[row] >= 0.5);

describe('groupEffects', () => {
  test.each(['all', 'treated', 'control', 'overlap'] as const)(
    'equals the average over the rows, target %s',
    (target) => {
      const { by, groups, missing, warnings } = groupEffects(forest, { by: 'half', target, level: 0.9 });
      expect({ by, missing, warnings }).toEqual({ by: 'half', missing: 0, warnings: [] });
      expect(groups).toEqual([
        { ...averageEffect(forest, { rows: high, target, level: 0.9 }), by: 'half', group: 'high' },
        { ...averageEffect(forest, { rows: low, target, level: 0.9 }), by: 'half', group: 'low' },
      ]);
    },
  );

  test('percent and ratio measures equal their own functions', () => {
    const [first] = groupEffects(forest, { by: 'half', measure: 'percent', method: 'fieller' }).groups;
    expect(first).toEqual({ ...relativeEffect(forest, { rows: high, method: 'fieller' }), by: 'half', group: 'high' });
    const forests = { numerator: forest, denominator: forest };
    const [ratio] = groupEffects(forests, { by: 'half' }).groups;
    expect(ratio).toEqual({ ...ratioEffect(forests, { rows: high }), by: 'half', group: 'high' });
  });

  test('averages over a partition, weighted by rows, make the average over all', () => {
    const { groups } = groupEffects(forest, { by: { column: 'x', cuts: [0.2, 0.5, 0.7] } });
    const total = groups.reduce((sum, { estimate, n }) => sum + (estimate as number) * n, 0);
    expect(total / 320).toBeCloseTo(averageEffect(forest).estimate as number, 12);
  });

  test('a group without rows, or without an arm, has null numbers and says why', () => {
    const by = [
      { label: 'nobody', rows: [] },
      { label: 'treated only', rows: Array.from(rowsWhere((row) => simulated.treatment[row] === 1)) },
      { label: 'one cluster', rows: [0, 1, 2, 3] },
    ];
    const { groups } = groupEffects(forest, { by });
    expect(groups.map(({ estimate, standardError }) => [estimate === null, standardError])).toEqual([
      [true, null],
      [true, null],
      [false, null],
    ]);
    expect(groups.map(({ warnings }) => warnings[0].code)).toEqual(['NO_WEIGHT', 'ARM_MISSING', 'SMALL_ARM']);
    expect(groups[2].warnings.map(({ code }) => code)).toContain('SINGLE_UNIT');
  });

  test('rows whose covariate is missing are counted', () => {
    const words = Array.from(simulated.x, (x, row) => (row < 7 ? null : x < 0.5 ? 'low' : 'high'));
    const gaps = forestOf({ ...simulated, covariates: [category('half', words)] });
    const result = groupEffects(gaps, { by: 'half' });
    expect(result.missing).toBe(7);
    expect(result.warnings[0].code).toBe('MISSING_GROUP');
    expect(result.groups.reduce((sum, { n }) => sum + n, 0)).toBe(313);
  });

  test('contradictions are refused', () => {
    expect(() => groupEffects(forest, { by: 'hafl' })).toThrow(/did you mean 'half'/);
    expect(() => groupEffects(forest, { by: 'half', method: 'delta' })).toThrow(/method must be left out/);
    expect(() => groupEffects(forest, { by: 'half', measure: 'percent', target: 'overlap' })).toThrow(/target/);
    expect(() => groupEffects(forest, { by: 'half', rows: low } as { by: string })).toThrow(/rows must be left out/);
    expect(() =>
      groupEffects({ numerator: forest, denominator: forest }, { by: 'half', measure: 'difference' }),
    ).toThrow(InvalidOptionError);
    const other = forestOf({ ...simulated, weights: simulated.x });
    expect(() => groupEffects({ numerator: forest, denominator: other }, { by: 'half' })).toThrow(/same rows, weights/);
  });
});

describe('groupDifferences', () => {
  test('disjoint groups without clusters: variances add', () => {
    const rows = forestOf({ ...simulated, clusters: null });
    for (const target of ['all', 'treated', 'control', 'overlap'] as const) {
      const [upper, lower] = groupEffects(rows, { by: 'half', target }).groups;
      const [difference] = groupDifferences(rows, { by: 'half', target }).differences;
      expect(difference).toMatchObject({ group: 'low', reference: 'high', n: 320, target, measure: 'difference' });
      expect(difference.estimate).toBeCloseTo((lower.estimate as number) - (upper.estimate as number), 12);
      const sum = (lower.standardError as number) ** 2 + (upper.standardError as number) ** 2;
      expect(difference.standardError).toBeCloseTo(Math.sqrt(sum), 12);
    }
  });

  test('clusters that cross groups: the error by hand', () => {
    const [difference] = groupDifferences(forest, { by: 'half', reference: 'high' }).differences;
    const scores = doublyRobustScores(forest, {});
    const sums = new Float64Array(80);
    for (const [rows, sign] of [
      [low, 1],
      [high, -1],
    ] as const) {
      const mean = rows.reduce((sum, row) => sum + scores[row], 0) / rows.length;
      const clusters = new Set(rows.map((row) => Math.floor(row / 4))).size;
      const factor = (sign * Math.sqrt(clusters / (clusters - 1))) / rows.length;
      for (const row of rows) sums[Math.floor(row / 4)] += factor * (scores[row] - mean);
    }
    const error = Math.sqrt(sums.reduce((sum, value) => sum + value ** 2, 0));
    expect(difference.standardError).toBeCloseTo(error, 12);
    const [upper, lower] = groupEffects(forest, { by: 'half' }).groups;
    const apart = Math.hypot(upper.standardError as number, lower.standardError as number);
    // Shared shifts cancel in the difference: taking the groups as independent would be another number.
    expect(Math.abs(error / apart - 1)).toBeGreaterThan(0.005);
  });

  test('a group against itself differs by nothing, against a part of itself by the rest', () => {
    const by = [
      { label: 'everyone', rows: Array.from(simulated.x.keys()) },
      { label: 'everyone again', rows: Array.from(simulated.x.keys()) },
      { label: 'low', rows: Array.from(low) },
    ];
    const { differences } = groupDifferences(forest, { by });
    expect(differences.map(({ group, reference }) => [group, reference])).toEqual([
      ['everyone again', 'everyone'],
      ['low', 'everyone'],
      ['low', 'everyone again'],
    ]);
    expect(differences[0]).toMatchObject({ estimate: 0, standardError: 0, pValue: null, n: 320 });
    expect(differences[1].n).toBe(320);
    // A part and the whole share rows: the error is smaller than the part's own.
    const part = averageEffect(forest, { rows: low }).standardError as number;
    expect(differences[1].standardError as number).toBeLessThan(part);
  });

  test('p-value and interval agree: p = level borders 0', () => {
    const [difference] = groupDifferences(forest, { by: 'half' }).differences;
    const level = 1 - (difference.pValue as number);
    const [border] = groupDifferences(forest, { by: 'half', level }).differences;
    const ends = border.interval as readonly number[];
    expect(Math.min(Math.abs(ends[0]), Math.abs(ends[1]))).toBeLessThan(1e-9);
  });

  test('percentages are subtracted', () => {
    const [upper, lower] = groupEffects(forest, { by: 'half', measure: 'percent' }).groups;
    const [difference] = groupDifferences(forest, { by: 'half', measure: 'percent' }).differences;
    expect(difference.measure).toBe('percent');
    expect(difference.estimate).toBeCloseTo((lower.estimate as number) - (upper.estimate as number), 10);
    // Without clusters the groups are independent and their variances add.
    const rows = forestOf({ ...simulated, clusters: null });
    const [first, second] = groupEffects(rows, { by: 'half', measure: 'percent' }).groups;
    const [apart] = groupDifferences(rows, { by: 'half', measure: 'percent' }).differences;
    const sum = (first.standardError as number) ** 2 + (second.standardError as number) ** 2;
    expect(apart.standardError).toBeCloseTo(Math.sqrt(sum), 10);
  });

  test('a group that cannot be estimated leaves the difference null, with its reason', () => {
    const by = [
      { label: 'low', rows: Array.from(low) },
      { label: 'nobody', rows: [] },
    ];
    const [difference] = groupDifferences(forest, { by }).differences;
    expect(difference).toMatchObject({ estimate: null, standardError: null, interval: null, pValue: null });
    expect(difference.warnings).toEqual([expect.objectContaining({ code: 'NO_WEIGHT' })]);
    expect(difference.warnings[0].message).toMatch(/^Group 'nobody': /);
    expect(structuredClone(difference)).toEqual(difference);
  });

  test('an unknown reference is refused with the nearest label', () => {
    expect(() => groupDifferences(forest, { by: 'half', reference: 'hihg' })).toThrow(/did you mean 'high'/);
  });
});
