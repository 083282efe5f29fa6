/** A study as data and as work: what it lists, what it costs to include, progress, abort, designs, distributions. */
import { beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { runStudy } from '../../src/study/run-study.js';
import type { Study, StudyEffect } from '../../src/study/types.js';
import { DECLARATION, makeTable, SMALL } from './tables.js';

const table = makeTable();
let study: Study;
beforeAll(async () => {
  study = await runStudy(
    table,
    { ...DECLARATION, title: 'Coaching', treatmentShare: 'share', clusters: 'site' },
    SMALL,
  );
});

function deeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(deeplyFrozen);
}

describe('the result', () => {
  test('is plain frozen data, the same through JSON and structuredClone', () => {
    expect(JSON.parse(JSON.stringify(study))).toEqual(study);
    expect(structuredClone(study)).toEqual(study);
    expect(deeplyFrozen(study)).toBe(true);
  });

  test('lists everything as declared, with labels', () => {
    expect(study).toMatchObject({
      kind: 'study',
      title: 'Coaching',
      level: 0.95,
      target: 'all',
      numTrees: 20,
      draws: 200,
      seed: 42,
      version: packageJson.version,
      table: { rows: 240, clusters: 40, clusterColumn: 'site', weightColumn: null },
      warnings: [],
    });
    expect(study.outcomes).toEqual([
      { name: 'sales', label: 'Sales', kind: 'column', unit: 'euro' },
      { name: 'each', label: 'each', kind: 'meanOfRatios', unit: null },
      { name: 'perCall', label: 'perCall', kind: 'ratioOfTotals', unit: null },
    ]);
    expect(study.windows).toEqual([
      { name: '1', label: '1', at: 1 },
      { name: '2', label: 'second', at: 2 },
      { name: '3', label: '3', at: 4 },
    ]);
    expect(study.groups.map(({ name, label, groups }) => [name, label, groups.map((group) => group.label)])).toEqual([
      ['region', 'region', ['north', 'south', 'west']],
      ['age', 'Age', ['under 35', '35 and over']],
    ]);
    expect(study.covariates).toEqual([
      { name: 'age', label: 'age', kind: 'number' },
      { name: 'region', label: 'Region', kind: 'category' },
    ]);
    expect(study.seconds).toBeGreaterThan(0);
  });

  test('has a row for each outcome, window and group, in order, and families by outcome', () => {
    const expected = ['sales', 'each', 'perCall'].flatMap((outcome) =>
      ['1', '2', '3'].flatMap((window) =>
        [null, 'north', 'south', 'west', 'under 35', '35 and over'].map((group) => [outcome, window, group, outcome]),
      ),
    );
    expect(study.rows.map(({ outcome, window, group, family }) => [outcome, window, group, family])).toEqual(expected);
    expect(study.families.map(({ name, of }) => `${name} ${of}`)).toEqual(
      ['sales', 'each', 'perCall'].flatMap((name) => ['rows', 'differences', 'trends'].map((of) => `${name} ${of}`)),
    );
    expect(study.rows.every(({ percent }) => (percent?.adjusted?.romanoWolf ?? 0) > 0)).toBe(true);
  });

  test('simultaneous intervals are wider than pointwise ones, by the family', () => {
    const [row] = study.rows as readonly [Study['rows'][number]];
    const family = study.families.find(({ name, of }) => name === 'sales' && of === 'rows');
    const { estimate, standardError, interval, simultaneousInterval } = row.difference as StudyEffect;
    expect(simultaneousInterval?.[1]).toBeCloseTo(
      (estimate as number) + (family?.critical.difference as number) * (standardError as number),
      12,
    );
    expect(simultaneousInterval?.[0]).toBeLessThan(interval?.[0] as number);
  });
});

describe('designs', () => {
  test('overlap counts every row once; balance by hand', () => {
    const [design] = study.designs;
    const treated = table.treated?.filter((cell) => cell === 1).length as number;
    expect(design).toMatchObject({
      name: 'treated',
      label: 'any coaching',
      rows: 240,
      treated,
      control: 240 - treated,
    });
    expect(design?.treatedShare).toBeCloseTo(treated / 240, 15);
    const total = (counts: readonly number[] | undefined) => counts?.reduce((sum, count) => sum + count, 0);
    expect(total(design?.overlap?.treated.counts)).toBe(treated);
    expect(total(design?.overlap?.control.counts)).toBe(240 - treated);
    expect(design?.overlap?.treated.edges).toHaveLength(51);
    expect(design?.balance.map(({ covariate, level }) => [covariate, level])).toEqual([
      ['age', null],
      ['region', 'north'],
      ['region', 'south'],
      ['region', 'west'],
    ]);
    const ages = (arm: number) => (table.age as number[]).filter((_, row) => table.treated?.[row] === arm);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = (values: number[]) => mean(values.map((value) => (value - mean(values)) ** 2));
    const before = (mean(ages(1)) - mean(ages(0))) / Math.sqrt((variance(ages(1)) + variance(ages(0))) / 2);
    expect(design?.balance[0]?.before).toBeCloseTo(before, 12);
    // Treatment depends on age; weighting by the estimated propensity takes most of it away.
    expect(Math.abs(design?.balance[0]?.after as number)).toBeLessThan(0.5 * Math.abs(before));
  });

  test('without treatment, controls are those without any design', async () => {
    const { treatment: _, ...rest } = DECLARATION;
    const designs = { letter: { column: 'letter', label: 'Letter', propensity: 0.3 }, visit: 'visit' } as const;
    const other = await runStudy(table, { ...rest, windows: ['1'], designs }, SMALL);
    const count = (name: string) => table[name]?.filter((cell) => cell === 1).length as number;
    const control = 240 - count('treated');
    expect(
      other.designs.map(({ name, treated, control: own, overlap }) => [name, treated, own, overlap?.source]),
    ).toEqual([
      ['letter', count('letter'), control, 'known'],
      ['visit', count('visit'), control, 'forest'],
    ]);
    expect(other.rows.find(({ design }) => design === 'visit')?.rows).toBe(control + count('visit'));
  });
});

describe('distributions and profiles', () => {
  test('distributions hold the sorted effects of the last window; none for ratios of totals', () => {
    expect(study.distributions.map(({ outcome, window }) => [outcome, window])).toEqual([
      ['sales', '3'],
      ['each', '3'],
    ]);
    const [first] = study.distributions;
    const effects = first?.points.map(({ effect }) => effect) as number[];
    expect(effects).toEqual([...effects].sort((a, b) => a - b));
    expect(first?.points).toHaveLength(101);
    expect(first?.histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(240);
    expect(first?.average).toBe(
      study.rows.find(({ outcome, window, group }) => outcome === 'sales' && window === '3' && group === null)
        ?.difference?.estimate,
    );
  });

  test('profiles are averages over intervals and levels, which together are all rows', () => {
    const of = (outcome: string, covariate: string) =>
      study.profiles.find((profile) => profile.outcome === outcome && profile.covariate === covariate);
    const region = of('sales', 'region');
    expect(region?.points.map(({ label }) => label)).toEqual(['north', 'south', 'west']);
    region?.points.forEach(({ label, estimate, interval }) => {
      const row = study.rows.find(
        ({ outcome, window, group }) => outcome === 'sales' && window === '3' && group === label,
      );
      expect([estimate, interval]).toEqual([row?.difference?.estimate, row?.difference?.interval]);
    });
    const age = of('perCall', 'age');
    expect(age).toMatchObject({ measure: 'percent', kind: 'number', label: 'age' });
    expect(age?.points.map(({ rows }) => rows)).toEqual([40, 40, 40, 40, 40, 40]);
    age?.points.slice(1).forEach(({ from }, k) => {
      expect(from as number).toBeGreaterThan(age.points[k]?.to as number);
    });
  });

  test('the share of treatment as a histogram', () => {
    expect(study.treatmentShare?.column).toBe('share');
    const { edges, counts } = study.treatmentShare?.histogram ?? { edges: [], counts: [] };
    expect(edges).toHaveLength(21);
    expect(counts[12]).toBe((table.share as number[]).filter((share) => share >= 0.6 && share < 0.65).length);
  });
});

describe('as work', () => {
  test('forests have 1,000 trees unless told otherwise', async () => {
    const declared = { covariates: ['age'], treatment: 'treated', outcomes: { y: 'sales1' } } as const;
    const { numTrees: _, ...rest } = SMALL;
    const [whole, told] = [
      await runStudy(table, declared, rest),
      await runStudy(table, declared, { ...rest, numTrees: 1000 }),
    ];
    expect(whole.numTrees).toBe(1000);
    expect(whole.rows).toEqual(told.rows);
  });

  test('progress counts the forests of the whole study', async () => {
    const seen: { done: number; total: number; phase: string }[] = [];
    const found = await runStudy(table, DECLARATION, { ...SMALL, onProgress: (progress) => seen.push(progress) });
    // sales and each have a forest for each window, and calls for perCall: 9.
    expect(found.forests).toBe(9);
    expect(seen.every(({ total }) => total === 9)).toBe(true);
    expect(seen.at(-1)).toEqual({ phase: 'study', done: 9, total: 9 });
    expect(seen[0]).toEqual({ phase: 'sales (1), any coaching', done: 1, total: 9 });
    seen.slice(1).forEach(({ done }, k) => {
      expect(done).toBeGreaterThanOrEqual(seen[k]?.done as number);
    });
  });

  test('a signal stops it: before, and between forests', async () => {
    const stopped = AbortSignal.abort(new Error('not at all'));
    await expect(runStudy(table, DECLARATION, { ...SMALL, signal: stopped })).rejects.toThrow('not at all');
    const controller = new AbortController();
    let last = 0;
    const onProgress = ({ done }: { done: number }) => {
      last = done;
      if (done === 3) controller.abort(new Error('enough'));
    };
    await expect(runStudy(table, DECLARATION, { ...SMALL, onProgress, signal: controller.signal })).rejects.toThrow(
      'enough',
    );
    expect(last).toBe(3);
  });

  test('include leaves out cells, and forests that nobody needs', async () => {
    const include = ({ outcome, window, group }: { outcome: string; window: string | null; group: string | null }) =>
      outcome === 'sales' && window === '2' && (group === null || group === 'west');
    const some = await runStudy(table, { ...DECLARATION, clusters: 'site' }, { ...SMALL, include });
    expect(some.forests).toBe(1);
    expect(some.rows.map(({ group }) => group)).toEqual([null, 'west']);
    const same = study.rows.find(
      ({ outcome, window, group }) => outcome === 'sales' && window === '2' && group === 'west',
    );
    expect(some.rows[1]?.difference?.interval).toEqual(same?.difference?.interval);
    expect(some.differences).toEqual([]);
  });

  test('families by name and by rule; rows stay in the order of declaration', async () => {
    const declared = { ...DECLARATION, windows: ['1', '2', '3'], groups: {} };
    const named = await runStudy(table, { ...declared, families: { money: ['sales', 'perCall'] } }, SMALL);
    expect(named.rows.map(({ outcome }) => outcome)).toEqual(
      ['sales', 'each', 'perCall'].flatMap((name) => [name, name, name]),
    );
    expect(named.families.filter(({ of }) => of === 'rows').map(({ name, members }) => [name, members])).toEqual([
      ['money', { difference: 3, percent: 6 }],
      ['each', { difference: 3, percent: 3 }],
    ]);
    const byWindow = await runStudy(table, { ...declared, families: ({ window }) => `month ${window}` }, SMALL);
    expect(byWindow.families.filter(({ of }) => of === 'rows').map(({ name }) => name)).toEqual([
      'month 1',
      'month 2',
      'month 3',
    ]);
    expect(byWindow.rows[0]?.difference?.interval).toEqual(named.rows[0]?.difference?.interval);
  });

  test.each(['treated', 'control', 'overlap'] as const)('target %s', async (target) => {
    const { perCall, ...outcomes } = DECLARATION.outcomes;
    const given = target === 'overlap' ? outcomes : { ...outcomes, perCall };
    const found = await runStudy(table, { ...DECLARATION, outcomes: given }, { ...SMALL, target });
    expect(found.rows.every(({ percent }) => (percent === null) === (target === 'overlap'))).toBe(true);
    expect(found.rows[0]?.difference?.estimate).not.toBeNull();
    expect(found.trends[0]?.difference?.standardError).toBeGreaterThan(0);
  });
});
