/** Families of effects: adjustments by hand, limits that are known, coverage of all intervals at once, and refusals. */
import { describe, expect, test } from 'vitest';
import { averageEffect } from '../../src/effects/average.js';
import { effectFamily, type FamilyMember } from '../../src/effects/family.js';
import { relativeEffect } from '../../src/effects/relative.js';
import { benjaminiHochberg, holm } from '../../src/math/adjust.js';
import { quantile } from '../../src/math/normal.js';
import { streamFor } from '../../src/math/random.js';
import { forestOf } from './forest-of.js';
import { rowsOf, simulatedForests, simulateTrial } from './trials.js';

const simulated = simulateTrial(streamFor(8, 'family'), 300);
const forest = forestOf(simulated);
const band = (k: number, of: number) => Array.from(simulated.x, (x) => Math.min(Math.floor(x * of), of - 1) === k);
const quarters: FamilyMember[] = [0, 1, 2, 3].map((k) => ({ label: `quarter ${k}`, forest, rows: band(k, 4) }));

describe('adjusted p-values', () => {
  test('Holm and Benjamini–Hochberg by hand', () => {
    const p = [0.01, 0.04, 0.03, 0.005];
    expect(holm(p)).toEqual([0.03, 0.06, 0.06, 0.02]);
    for (const [k, value] of [0.02, 0.04, 0.04, 0.02].entries()) expect(benjaminiHochberg(p)[k]).toBeCloseTo(value, 15);
    expect(holm([0.6, 0.7])).toEqual([1, 1]);
    expect(benjaminiHochberg([])).toEqual([]);
  });

  test('of one member are its own', () => {
    const { members, critical } = effectFamily([{ label: 'all', forest }], { draws: 20_000 });
    const [only] = members;
    expect(only).toMatchObject(averageEffect(forest));
    expect(only?.adjusted?.holm).toBe(only?.pValue);
    expect(only?.adjusted?.benjaminiHochberg).toBe(only?.pValue);
    // The 95 % quantile of |N(0,1)| from 20,000 draws has a standard deviation of 0.013; 0.06 is more than four.
    expect(Math.abs((critical as number) - 1.96)).toBeLessThan(0.06);
  });

  test('independent members: Šidák; the same member again: nothing', () => {
    const apart = effectFamily(quarters, { draws: 20_000 });
    const sidak = -quantile((1 - 0.95 ** (1 / 4)) / 2);
    expect(Math.abs((apart.critical as number) - sidak)).toBeLessThan(0.06);
    const twice = effectFamily(
      ['a', 'b', 'c', 'd'].map((label) => ({ label, forest })),
      { draws: 20_000 },
    );
    expect(Math.abs((twice.critical as number) - 1.96)).toBeLessThan(0.06);
    expect(new Set(twice.members.map(({ adjusted }) => adjusted?.romanoWolf)).size).toBe(1);
  });

  test('Romano–Wolf: between the single p-value and Holm, in the order of |t|', () => {
    const zero = effectFamily(
      quarters.map((member) => ({ ...member, forest: forestOf({ ...simulated, outcome: simulated.outcomeHat }) })),
    );
    for (const family of [effectFamily(quarters), zero]) {
      const found = family.members.map(({ pValue, adjusted }) => ({ pValue: pValue as number, ...adjusted }));
      const sorted = [...found].sort((a, b) => a.pValue - b.pValue);
      sorted.forEach(({ pValue, romanoWolf, holm: byHolm }, k) => {
        // 5000 draws: a standard deviation of at most 0.007; four of them are allowed, and the smallest possible value.
        expect(romanoWolf as number).toBeGreaterThan(pValue - 0.028);
        expect(romanoWolf as number).toBeLessThan((byHolm as number) + 0.028);
        if (k > 0) expect(romanoWolf as number).toBeGreaterThanOrEqual(sorted[k - 1]?.romanoWolf as number);
      });
    }
  });
});

describe('coverage of all intervals at once', () => {
  const TRIALS = 400;
  // τ = 1 + x: 1.5 over all, 1.25 and 1.75 in the halves, 2 + ¾ … by thirds; overlapping members.
  const truths = [1.5, 1.25, 1.75, 1 + 1 / 6, 1.5, 1 + 5 / 6];

  test.each([
    ['rows', 1, 364, 393],
    // With 60 clusters normal intervals are a little short: 92 % at worst allowed for; outside has probability 0.0005.
    ['clusters', 4, 350, 393],
  ] as const)('%s', (kind, size, least, most) => {
    const forests = simulatedForests(`family ${kind}`, 240, size);
    let together = 0;
    let single = 0;
    for (let index = 0; index < TRIALS; index++) {
      const one = forests(index);
      const x = (one.trial.covariates[0] as { values: Float64Array }).values;
      const part = (k: number, of: number) => Array.from(x, (value) => Math.min(Math.floor(value * of), of - 1) === k);
      const rows = [
        x.length > 0 ? Array.from(x, () => true) : [],
        part(0, 2),
        part(1, 2),
        ...[0, 1, 2].map((k) => part(k, 3)),
      ];
      const { members } = effectFamily(
        rows.map((chosen, k) => ({ label: String(k), forest: one, rows: chosen })),
        { draws: 400, seed: index },
      );
      const holds = (interval: readonly [number, number] | null, k: number) =>
        interval !== null && interval[0] <= (truths[k] as number) && (truths[k] as number) <= interval[1];
      if (members.every(({ simultaneousInterval }, k) => holds(simultaneousInterval, k))) together++;
      if (members.every(({ interval }, k) => holds(interval, k))) single++;
    }
    // With a chance of 0.95 the count of 400 falls outside [364, 393] with probability 0.0005.
    expect(together).toBeGreaterThanOrEqual(least);
    expect(together).toBeLessThanOrEqual(most);
    // The test could fail: the single intervals hold together far less often.
    expect(single).toBeLessThan(together - 30);
  });
});

describe('forests on different rows of one table', () => {
  const clustered = simulateTrial(streamFor(9, 'family of tables'), 300, 3);
  const [early, late] = [0, 1].map((k) => Array.from({ length: 200 }, (_, row) => 100 * k + row)) as [
    number[],
    number[],
  ];
  const member = (label: string, from: typeof simulated, rows: number[]): FamilyMember => ({
    label,
    forest: forestOf(rowsOf(from, rows)),
    tableRows: rows,
  });

  test('given all rows, as without row numbers', () => {
    const everyone = Array.from({ length: 300 }, (_, row) => row);
    expect(effectFamily(quarters.map((quarter) => ({ ...quarter, tableRows: everyone })))).toEqual(
      effectFamily(quarters),
    );
  });

  test.each([
    ['rows', simulated],
    ['clusters', clustered],
  ] as const)('%s: the same rows depend wholly, other rows not at all', (_, from) => {
    const critical = (rows: number[][]) =>
      effectFamily(
        rows.map((own, k) => member(String(k), from, own)),
        { draws: 20_000 },
      ).critical as number;
    const apart = [early.slice(0, 99), late.slice(101)];
    // Quantiles from 20,000 draws have a standard deviation of 0.013; 0.06 is more than four.
    expect(Math.abs(critical([early, [...early]]) - 1.96)).toBeLessThan(0.06);
    expect(Math.abs(critical(apart) + quantile((1 - 0.95 ** (1 / 2)) / 2))).toBeLessThan(0.06);
    // Half of the rows in common: between the two.
    expect(critical([early, late])).toBeLessThan(critical(apart));
    expect(critical([early, late])).toBeGreaterThan(critical([early, [...early]]));
  });

  test.each([
    [[member('a', simulated, early), { label: 'b', forest }], /tableRows must be one row number for each of the 300/],
    [
      [{ ...member('a', simulated, early), tableRows: early.map((row) => row - 50) }],
      /tableRows\[0\] must be a row number/,
    ],
    [[member('a', simulated, early), member('b', clustered, early)], /forest must be without clusters, as 'a'/],
  ])('%#', (members, message) => {
    expect(() => effectFamily(members)).toThrow(message);
  });
});

describe('members', () => {
  test('differences, percentages and targets side by side; plain frozen data', () => {
    const family = effectFamily([
      { label: 'units', forest },
      { label: 'percent', forest, measure: 'percent', target: 'treated' },
      { label: 'targeted', forest, estimator: 'tmle' },
    ]);
    expect(family.members[1]).toMatchObject(relativeEffect(forest, { target: 'treated' }));
    expect(family.members[2]).toMatchObject(averageEffect(forest, { estimator: 'tmle' }));
    for (const { estimate, standardError, simultaneousInterval } of family.members)
      expect(simultaneousInterval?.[0]).toBeCloseTo(
        (estimate as number) - (family.critical as number) * (standardError as number),
        12,
      );
    expect(JSON.parse(JSON.stringify(family))).toEqual(family);
    expect(Object.isFrozen(family) && Object.isFrozen(family.members) && Object.isFrozen(family.members[0])).toBe(true);
  });

  test('what cannot be estimated is null and does not count', () => {
    const treated = Array.from(simulated.treatment, (w) => w === 1);
    const { members, critical } = effectFamily([
      { label: 'none', forest, rows: treated },
      { label: 'all', forest },
    ]);
    expect(members[0]).toMatchObject({ estimate: null, simultaneousInterval: null, pValue: null, adjusted: null });
    expect(members[0]?.warnings[0]?.code).toBe('ARM_MISSING');
    expect(members[1]?.adjusted?.holm).toBe(members[1]?.pValue);
    expect(critical as number).toBeLessThan(2.1);
    expect(effectFamily([{ label: 'none', forest, rows: treated }]).critical).toBeNull();
  });

  test.each([
    [[], /at least one/],
    [
      [
        { label: 'a', forest },
        { label: 'a', forest },
      ],
      /label must be a label of its own/,
    ],
    [[{ label: 'a', forest, targt: 'all' }], /did you mean 'target'/],
    [[{ label: 'a', forest, level: 0.9 }], /members\[0\]\.level/],
    [
      [
        { label: 'a', forest },
        { label: 'b', forest: forestOf(rowsOf(simulated, [0, 1, 2, 3])) },
      ],
      /same rows as 'a'/,
    ],
    [[{ label: 'a', forest, measure: 'ratio' }], /measure must be one of/],
  ])('%#', (members, message) => {
    expect(() => effectFamily(members as FamilyMember[])).toThrow(message);
  });
});
