/** Bad input: what concerns the whole study is thrown before anything is fitted; the rest is a hole, and others go on. */
import { describe, expect, test } from 'vitest';
import type { StudyDeclaration, StudyOptions } from '../../src/study/declaration.js';
import { runStudy } from '../../src/study/run-study.js';
import type { Study } from '../../src/study/types.js';
import { DECLARATION, makeTable, SMALL, type Table } from './tables.js';

const table = makeTable();
const beside = (columns: Table): Table => ({ ...table, ...columns });
const one = { covariates: ['age', 'region'], treatment: 'treated', outcomes: { y: 'sales1' } } as const;
const codes = (rows: readonly Study['rows'][number][]) => rows.map(({ warnings }) => warnings.map(({ code }) => code));
const known = ({ difference, percent }: Study['rows'][number]) =>
  [difference, percent].map((effect) => effect?.estimate != null);

describe('holes', () => {
  test('a window without rows; the other windows are not affected', async () => {
    const empty = { ...table, sales2: table.age?.map(() => null) } as Table;
    const study = await runStudy(empty, DECLARATION, SMALL);
    const whole = await runStudy(table, DECLARATION, SMALL);
    const gone = study.rows.filter(({ window }) => window === '2');
    expect(gone).toHaveLength(18);
    for (const row of gone) {
      expect(row.rows).toBe(0);
      expect(row.difference?.estimate ?? null).toBeNull();
      expect(row.percent).toMatchObject({ estimate: null, interval: null, simultaneousInterval: null, adjusted: null });
      expect(row.warnings[0]?.code).toBe('NO_ROWS');
    }
    expect(gone[0]?.warnings[0]?.message).toMatch(/No row has outcome 'sales \(2\)': its column 'sales2' is missing/);
    study.rows.forEach((row, k) => {
      if (row.window !== '2') expect(row.difference?.interval).toEqual(whole.rows[k]?.difference?.interval);
    });
    // Two windows are left: no line through them.
    expect(study.trends.every(({ percent }) => percent?.estimate === null)).toBe(true);
    expect(study.trends[0]?.warnings[0]?.code).toBe('TOO_FEW_WINDOWS');
    expect(JSON.parse(JSON.stringify(study))).toEqual(study);
  });

  test('a percentage that has no meaning leaves difference and trend alone', async () => {
    // Around 0 without treatment: nothing to be a percentage of.
    const centred = beside(
      Object.fromEntries(
        [1, 2, 3].map((window) => [`sales${window}`, (table[`sales${window}`] as number[]).map((cell) => cell - 24)]),
      ),
    );
    const study = await runStudy(centred, { ...DECLARATION, outcomes: { sales: 'sales' }, groups: {} }, SMALL);
    const [row] = study.rows;
    expect(row?.percent).toMatchObject({ estimate: null, pValue: null });
    expect(row?.warnings.map(({ code }) => code)).toContain('DENOMINATOR_NEAR_ZERO');
    expect(study.trends[0]).toMatchObject({ windows: ['1', '2', '3'], percent: { estimate: null } });
    expect(study.trends[0]?.difference?.standardError).toBeGreaterThan(0);
    expect(study.trends[0]?.warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Only \d windows have an estimate of the percentage/),
    ]);
  });

  test('a group with one arm only, under 30 rows, or none', async () => {
    const rows = (keep: (row: number) => boolean) => table.age?.map((_, row) => keep(row)) as boolean[];
    const study = await runStudy(
      table,
      {
        ...one,
        groups: {
          odd: [
            { label: 'treated', rows: rows((row) => table.treated?.[row] === 1) },
            { label: 'few', rows: rows((row) => row < 29) },
            { label: 'enough', rows: rows((row) => row >= 29) },
            { label: 'nobody', rows: rows(() => false) },
          ],
        },
      },
      SMALL,
    );
    expect(study.rows.map(known)).toEqual([true, false, false, true, false].map((is) => [is, is]));
    expect(codes(study.rows)).toEqual([[], ['ARM_MISSING'], ['TOO_FEW_ROWS'], [], ['NO_ROWS']]);
    expect(study.rows[1]?.warnings[0]?.message).toMatch(/rows of group 'treated' of 'odd' received 'treated'/);
    expect(study.rows[2]).toMatchObject({ rows: 29, group: 'few' });
    expect(study.rows[2]?.warnings[0]?.message).toMatch(/Only 29 rows of group 'few' of 'odd': below 30/);
    expect(study.groups[0]?.warnings[0]?.code).toBe('EMPTY_GROUP');
    const [first] = study.differences;
    expect(first).toMatchObject({ group: 'few', reference: 'treated', difference: { estimate: null, pValue: null } });
    expect(first?.warnings.map(({ message }) => message.slice(0, 12))).toEqual(["Group 'few':", "Group 'treat"]);
    expect(study.families[0]?.members).toEqual({ difference: 2, percent: 2 });
  });

  test('a design nobody received', async () => {
    const study = await runStudy(
      beside({ nothing: (table.age as number[]).map(() => 0) }),
      { ...one, designs: { nothing: 'nothing' } },
      SMALL,
    );
    expect(study.rows.map(known)).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(codes(study.rows)).toEqual([[], ['DESIGN_NOT_RECEIVED']]);
    expect(study.rows[1]?.warnings[0]?.message).toMatch(/Nobody received design 'nothing': column 'nothing' is 0/);
    expect(study.designs[1]).toMatchObject({ treated: 0, treatedShare: 0, overlap: null, balance: [] });
    expect(study.designs[1]?.warnings[0]?.code).toBe('DESIGN_NOT_RECEIVED');
  });

  test('outcomes that are constant or almost always 0, overall and in a group', async () => {
    const rare = (table.age as number[]).map((_, row) => (row % 30 === 0 ? 1 : 0));
    const often = (table.age as number[]).map((_, row) => (row % 3 === 0 && table.region?.[row] !== 'north' ? 1 : 0));
    const study = await runStudy(
      beside({ same: rare.map(() => 7), rare, often }),
      {
        ...one,
        outcomes: {
          same: 'same',
          rare: 'rare',
          often: 'often',
          share: { numerator: 'rare', denominator: 'calls1', as: 'totals' },
          fixed: { numerator: 'same', denominator: 'calls1', as: 'totals' },
        },
        groups: { region: 'region' },
      },
      SMALL,
    );
    const of = (name: string) => study.rows.filter(({ outcome }) => outcome === name);
    expect(of('same').flatMap(({ warnings }) => warnings.map(({ message }) => message))[0]).toMatch(
      /Outcome 'same' is 7 in all 240 rows of design 'treated': no effect on it can be told/,
    );
    expect(of('rare').map(({ warnings }) => warnings[0]?.code)).toEqual(Array(4).fill('RARE_OUTCOME'));
    expect(of('rare')[0]?.warnings[0]?.message).toMatch(/is 0 in 232 of 240 rows of design 'treated': 8 that differ/);
    expect(of('share')[0]?.warnings[0]?.message).toMatch(/The numerator of outcome 'share' is 0 in 232 of 240 rows/);
    expect(of('often').map((row) => known(row)[0])).toEqual([true, false, true, true]);
    expect(of('often')[1]?.warnings[0]?.message).toMatch(/is 0 in all \d+ rows of group 'north' of 'region'/);
    expect(known(of('fixed')[0] as Study['rows'][number])).toEqual([false, true]);
  });

  test('arms too small for the forest, and denominators that are all 0', async () => {
    const few = (table.treated as number[]).map((treated, row) => (treated && row < 15 ? 1 : 0));
    const study = await runStudy(
      beside({ few, none: few.map(() => 0) }),
      { ...one, outcomes: { y: 'sales1', r: { numerator: 'sales1', denominator: 'none' } }, designs: { few: 'few' } },
      SMALL,
    );
    expect(codes(study.rows)).toEqual([[], ['TOO_FEW_ROWS'], ['ZERO_DENOMINATOR'], ['ZERO_DENOMINATOR']]);
    expect(study.rows[1]?.warnings[0]?.message).toMatch(/^Design 'few': \d+ treated rows: a split keeps/);
  });
});

describe('missing cells of outcomes', () => {
  const holes = beside({ sales1: (table.sales1 as number[]).map((cell, row) => (row % 10 === 3 ? null : cell)) });

  test('are refused with the way out', async () => {
    await expect(runStudy(holes, one, SMALL)).rejects.toThrow(
      /column 'sales1' is missing in 24 rows \(row 3: null, .*missingOutcomes: 'drop'/,
    );
  });

  test('are left out with a count, each outcome by itself, units aligned', async () => {
    const declared = { ...one, outcomes: { y: 'sales1', z: 'sales2' }, missingOutcomes: 'drop' } as const;
    const study = await runStudy(holes, { ...declared, families: { both: ['y', 'z'] } }, SMALL);
    const kept = [...Array(240).keys()].filter((row) => row % 10 !== 3);
    const complete = Object.fromEntries(
      Object.entries(holes).map(([name, cells]) => [name, kept.map((row) => cells?.[row] ?? null)]),
    );
    const alone = await runStudy(complete, one, SMALL);
    expect(study.rows.map(({ rows }) => rows)).toEqual([216, 240]);
    expect(study.rows[0]?.difference?.interval).toEqual(alone.rows[0]?.difference?.interval);
    expect(codes(study.rows)).toEqual([['MISSING_OUTCOME_DROPPED'], []]);
    expect(study.rows[0]?.warnings[0]?.message).toMatch(/leaves out 24 rows of 240/);
    expect(study.families[0]?.members.difference).toBe(2);
  });
});

describe('refused before anything is fitted', () => {
  const grouped = (groups: StudyDeclaration<Table>['groups']) => ({ ...one, groups }) as StudyDeclaration<Table>;
  const twice = (table.treated as number[]).map((cell) => 1 - cell);
  const cases: [object, RegExp, StudyOptions?][] = [
    [{ ...one, outcom: {} }, /declaration\.outcom must be left out.*did you mean 'outcomes'/],
    [{ covariates: ['age'], outcomes: { y: 'sales1' } }, /treatment must be a column's name, unless designs/],
    [{ ...one, outcomes: {} }, /outcomes must be an object of at least one/],
    [{ ...one, outcomes: { y: 'sale1' } }, /outcome 'y': there is no column "sale1" \(did you mean 'sales1'/],
    [{ ...one, outcomes: { y: 'treated' } }, /'treated' is declared as the treatment and as outcome 'y'/],
    [{ ...one, covariates: ['age', 'sales1'] }, /'sales1' is declared as outcome 'y' and as a covariate/],
    [{ ...one, windows: ['1'] }, /windowColumns must be given, because window '1' has no columns/],
    [{ ...one, windows: ['1', '1'], windowColumns: String }, /windows\[1\]\.name must be a name of its own/],
    [{ ...one, windows: [{ name: 'a', at: 2 }, 'b'], windowColumns: String }, /windows\[1\]\.at must be greater than/],
    [{ ...one, windows: [{ name: 'a', columns: {} }] }, /columns\.sales1 of window 'a' must be the name/],
    [{ ...one, windowColumns: String }, /windowColumns must be a function, beside windows/],
    [{ ...one, families: { all: ['x'] } }, /families\.all must be one of the outcomes: y/],
    [{ ...one, families: { a: ['y'], b: ['y'] } }, /families\.b must be in one family only; it is in 'a' too/],
    [{ ...one, families: () => '' }, /families\(y\) must be a family's name/],
    [grouped({ age: 'age' }), /groups\.age must be at most 50 groups/],
    [grouped({ region: { by: 'region', reference: 'nrth' } }), /reference must be the label.*did you mean 'north'/],
    [grouped({ region: { by: 'regions' } }), /groups\.region: there is no column "regions"/],
    [{ ...one, designs: { d: 'twice' } }, /design 'd': column 'twice' says so of rows that the treatment says/],
    [{ ...one, designs: { treated: 'letter' } }, /designs must be without the treatment's own name/],
    [{ ...one, treatment: undefined, designs: { d: 'letter' }, propensity: 0.5 }, /propensity must be given at each/],
    [{ ...one, treatment: 'share' }, /treatment: column 'share' must hold 0 and 1/],
    [{ ...one, propensity: 1.2 }, /propensity must be a number above 0 and below 1/],
    [{ ...one, treatmentShare: 'age' }, /treatmentShare must be a column of shares from 0 to 1/],
    [one, /target must be one of/, { target: 'every' } as unknown as StudyOptions],
    [one, /options\.numTree must be left out.*did you mean 'numTrees'/, { numTree: 3 } as StudyOptions],
    [one, /draws must be a whole number at least 200/, { draws: 10 }],
    [one, /numTrees must be a whole number/, { numTrees: 3 }],
    [one, /include must be a rule that is true for at least one cell/, { include: () => false }],
    [
      { ...one, outcomes: { r: { numerator: 'sales1', denominator: 'calls1', as: 'totals' } } },
      /target must be 'all', 'treated' or 'control': outcome 'r' is a ratio of totals/,
      { target: 'overlap' },
    ],
  ];
  test.each(cases.map(([declaration, message, options]) => [message, declaration, options] as const))(
    '%s',
    async (message, declaration, options) => {
      let fitted = false;
      const onProgress = () => {
        fitted = true;
      };
      const given = { ...SMALL, onProgress, ...options };
      await expect(runStudy(beside({ twice }), declaration as StudyDeclaration<Table>, given)).rejects.toThrow(message);
      expect(fitted).toBe(false);
    },
  );
});
