/** What a study says is what its parts say by hand, to the bit: fits, averages, groups, differences, families, trends. */
import { beforeAll, describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { fitRatioForests } from '../../src/causal/ratio-forests.js';
import { createTrial } from '../../src/data/create-trial.js';
import { selectRows } from '../../src/data/select.js';
import { averageEffect } from '../../src/effects/average.js';
import { groupDifferences } from '../../src/effects/differences.js';
import { effectFamily, type FamilyMember } from '../../src/effects/family.js';
import { groupEffects } from '../../src/effects/groups.js';
import { ratioEffect } from '../../src/effects/ratio-of-totals.js';
import { relativeEffect } from '../../src/effects/relative.js';
import { combination, trendCoefficients } from '../../src/study/combinations.js';
import { type Measurement, NOTHING } from '../../src/study/measure.js';
import { runStudy } from '../../src/study/run-study.js';
import type { Study } from '../../src/study/types.js';
import { DECLARATION, makeTable, SMALL, type Table } from './tables.js';

const table = makeTable();
const { draws: _, ...FOREST } = SMALL;
const designs = { letter: 'letter', visit: { column: 'visit', label: 'a visit' } };
let study: Study;
beforeAll(async () => {
  study = await runStudy(table, { ...DECLARATION, designs, clusters: 'site', weights: 'weight' }, SMALL);
});

/** The trial of one design in one window, as a user without `runStudy` would make it. */
function trialOf(design: 'treated' | 'letter' | 'visit', window: number) {
  const everyone = createTrial(table, {
    covariates: ['age', 'region'],
    treatment: design,
    outcomes: {
      sales: `sales${window}`,
      each: { numerator: `sales${window}`, denominator: `calls${window}` },
      perCall: { numerator: `sales${window}`, denominator: `calls${window}`, as: 'totals' },
    },
    clusters: 'site',
    weights: 'weight',
  });
  const rows = (table.treated as number[]).flatMap((treated, row) =>
    treated === 0 || table[design]?.[row] === 1 ? [row] : [],
  );
  return { trial: selectRows(everyone, rows), rows };
}

const rowOf = (outcome: string, window: string, design: string, group: string | null = null) => {
  const found = study.rows.filter(
    (row) => row.outcome === outcome && row.window === window && row.design === design && row.group === group,
  );
  expect(found).toHaveLength(1);
  return found[0] as Study['rows'][number];
};

/** The three numbers that both have. */
const numbers = (one: { estimate: number | null; standardError: number | null; interval: unknown } | null) =>
  one && { estimate: one.estimate, standardError: one.standardError, interval: one.interval };

describe('a row is what its forest says', () => {
  test.each(['treated', 'letter', 'visit'] as const)('%s: all rows and groups, both measures', async (design) => {
    const { trial } = trialOf(design, 2);
    for (const outcome of ['sales', 'each'] as const) {
      const forest = await fitCausalForest(trial, { ...FOREST, outcome });
      const average = averageEffect(forest);
      const relative = relativeEffect(forest);
      const row = rowOf(outcome, '2', design);
      expect(numbers(row.difference)).toEqual(numbers(average));
      expect(numbers(row.percent)).toEqual(numbers(relative));
      expect(row).toMatchObject({
        rows: average.n,
        treated: average.nTreated,
        control: average.nControl,
        clusters: trial.clusters?.count,
        controlMean: relative.meanControl?.estimate,
      });
      for (const by of ['region', { column: 'age', cuts: [35] }] as const)
        for (const group of groupEffects(forest, { by }).groups)
          expect(numbers(rowOf(outcome, '2', design, group.group).difference)).toEqual(numbers(group));
    }
  });

  test('ratios of totals: one forest for each column, shared with the outcome that it is', async () => {
    const { trial } = trialOf('letter', 3);
    const ratio = ratioEffect(await fitRatioForests(trial, { ...FOREST, outcome: 'perCall' }));
    const row = rowOf('perCall', '3', 'letter');
    expect(row.difference).toBeNull();
    expect(numbers(row.percent)).toEqual(numbers(ratio));
    expect(row.controlMean).toBe(ratio.ratioControl?.estimate);
    // sales, each, and perCall's calls: three forests for each design and window.
    expect(study.forests).toBe(3 * 3 * 3);
  });

  test("a column's name that looks like a ratio is not taken for one", async () => {
    const odd: Table = { ...table, 'sales1/calls1': table.sales2 ?? [] };
    const outcomes = { a: 'sales1/calls1', b: { numerator: 'sales1', denominator: 'calls1' } };
    const both = await runStudy(odd, { covariates: ['age'], treatment: 'treated', outcomes }, SMALL);
    const alone = await runStudy(
      odd,
      { covariates: ['age'], treatment: 'treated', outcomes: { b: outcomes.b } },
      SMALL,
    );
    expect(both.forests).toBe(2);
    expect(numbers(both.rows[1]?.difference ?? null)).toEqual(numbers(alone.rows[0]?.difference ?? null));
  });

  test('a known propensity is used as it is', async () => {
    const one = await runStudy(
      table,
      { covariates: ['age'], treatment: 'treated', outcomes: { y: 'sales1' }, propensity: 0.4 },
      SMALL,
    );
    const trial = createTrial(table, {
      covariates: ['age'],
      treatment: 'treated',
      outcomes: { y: 'sales1' },
      propensity: 0.4,
    });
    expect(numbers(one.rows[0]?.difference ?? null)).toEqual(
      numbers(averageEffect(await fitCausalForest(trial, FOREST))),
    );
    expect(one.rows[0]).toMatchObject({ window: null, group: null, clusters: null, family: 'y' });
    expect(one.designs[0]?.overlap).toMatchObject({ source: 'known', smallest: 0.4, largest: 0.4, extreme: 0 });
    expect(one.trends).toEqual([]);
    expect(one.windows).toEqual([]);
  });
});

test('differences between groups are those of groupDifferences', async () => {
  const forest = await fitCausalForest(trialOf('treated', 1).trial, { ...FOREST, outcome: 'sales' });
  const own = study.differences.filter(
    ({ outcome, window, design }) => outcome === 'sales' && window === '1' && design === 'treated',
  );
  // Every pair of three regions, and over 35 against the reference under 35.
  expect(own).toHaveLength(4);
  for (const found of own) {
    const by = found.groupBy === 'region' ? 'region' : { column: 'age' as const, cuts: [35] };
    for (const measure of ['difference', 'percent'] as const) {
      const hand = groupDifferences(forest, { by, measure }).differences.find(
        ({ group, reference }) => group === found.group && reference === found.reference,
      );
      expect(found[measure]?.estimate).toBeCloseTo(hand?.estimate as number, 10);
      expect(found[measure]?.standardError).toBeCloseTo(hand?.standardError as number, 10);
      expect(found[measure]?.pValue).toBeCloseTo(hand?.pValue as number, 10);
    }
  }
});

test('a family is what effectFamily makes of forests on different rows', async () => {
  const members: FamilyMember[] = [];
  for (const design of ['treated', 'letter', 'visit'] as const)
    for (const window of [1, 2, 3]) {
      const { trial, rows } = trialOf(design, window);
      const forest = await fitCausalForest(trial, { ...FOREST, outcome: 'sales' });
      const member = (label: string, chosen: Partial<FamilyMember>): FamilyMember => ({
        label: `${design} ${window} ${label}`,
        forest,
        tableRows: rows,
        ...chosen,
      });
      const region = (name: string) => member(name, { rows: (row) => row.region === name });
      const young = (flag: boolean) => member(`young ${flag}`, { rows: (row) => Number(row.age) < 35 === flag });
      members.push(member('all', {}), ...['north', 'south', 'west'].map(region), young(true), young(false));
    }
  const hand = effectFamily(members, { draws: SMALL.draws });
  const own = study.rows.filter(({ family }) => family === 'sales');
  expect(own).toHaveLength(members.length);
  own.forEach(({ difference }, k) => {
    expect(difference?.simultaneousInterval?.[0]).toBeCloseTo(hand.members[k]?.simultaneousInterval?.[0] as number, 9);
    expect(difference?.adjusted?.romanoWolf).toBeCloseTo(hand.members[k]?.adjusted?.romanoWolf as number, 9);
    expect(difference?.adjusted?.holm).toBeCloseTo(hand.members[k]?.adjusted?.holm as number, 9);
  });
  expect(study.families.find(({ name, of }) => name === 'sales' && of === 'rows')).toMatchObject({
    members: { difference: 54, percent: 54 },
  });
});

test('a trend is the weighted line through the windows', () => {
  const [trend] = study.trends;
  expect(trend).toMatchObject({ outcome: 'sales', design: 'treated', group: null, windows: ['1', '2', '3'] });
  for (const measure of ['difference', 'percent'] as const) {
    const points = ['1', '2', '3'].map((window) => rowOf('sales', window, 'treated')[measure]);
    const at = [1, 2, 4];
    const weights = points.map((point) => 1 / (point?.standardError as number) ** 2);
    const sum = (value: (k: number) => number) => weights.reduce((total, weight, k) => total + weight * value(k), 0);
    const centre = sum((k) => at[k] as number) / sum(() => 1);
    const slope =
      sum((k) => ((at[k] as number) - centre) * (points[k]?.estimate as number)) /
      sum((k) => ((at[k] as number) - centre) ** 2);
    expect(trend?.[measure]?.estimate).toBeCloseTo(slope, 10);
  }
});

describe('combinations', () => {
  const part = (estimate: number, influence: number[]): Measurement => ({
    estimate,
    standardError: Math.hypot(...influence),
    interval: null,
    influence: Float64Array.from(influence),
  });

  test("variance is a'Va, with the covariance of the parts", () => {
    const found = combination([part(3, [3, 0, 4]), part(1, [0, 0, 5])], [1, -1], 0.95);
    // V = [[25, 20], [20, 25]]: 25 − 40 + 25 = 10.
    expect(found.estimate).toBe(2);
    expect(found.standardError).toBeCloseTo(Math.sqrt(10), 14);
    expect(found.interval?.[1]).toBeCloseTo(2 + 1.959963984540054 * Math.sqrt(10), 12);
    expect(combination([part(3, [3]), NOTHING], [1, -1], 0.95)).toBe(NOTHING);
  });

  test('slopes by hand', () => {
    const same = [1, 1, 1, 1].map((estimate) => part(estimate, [2]));
    // Equal weights: (t − 2.5)/5.
    expect(trendCoefficients(same, [1, 2, 3, 4])).toEqual([-0.3, -0.1, 0.1, 0.3]);
    // Weights 1, 1, 4: t̄ = 15/6 = 2.5, Σw(t − t̄)² = 2.25 + 0.25 + 1 = 3.5.
    const unequal = trendCoefficients([part(0, [2]), part(0, [2]), part(0, [1])], [1, 2, 3]) as number[];
    [-1.5, -0.5, 2].forEach((value, k) => {
      expect(unequal[k]).toBeCloseTo(value / 3.5, 14);
    });
    expect(trendCoefficients(same.slice(2), [1, 2])).toBeNull();
    expect(trendCoefficients([...same, part(1, [0])], [1, 2, 3, 4, 5])).toBeNull();
  });
});
