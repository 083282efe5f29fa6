/** A study as text and as flat columns: every number in its place, holes with their reasons, widths by what a terminal shows. */
import { expect, test } from 'vitest';
import type { Column } from '../../src/data/table.js';
import { formatStudy, studyColumns } from '../../src/report/index.js';
import { simulateTrial } from '../../src/simulate/index.js';
import { runStudy } from '../../src/study/run-study.js';

const { columns } = simulateTrial({ rowCount: 300, seed: 5 });
const table: Record<string, Column> = {
  ...columns,
  地区: Array.from(columns.x4 as Float64Array, (x) => (x > 0 ? '北京' : '上海')),
};
const study = await runStudy(
  table,
  {
    covariates: ['x1', 'x2', 'x3'],
    treatment: 'treatment',
    propensity: 0.5,
    outcomes: { outcome: 'outcome' },
    groups: { 地区: '地区', x1: { column: 'x1', cuts: [-9] } },
  },
  { numTrees: 20, workers: 0, draws: 200 },
);

test('every number of every row is in a column', () => {
  const flat = studyColumns(study);
  study.rows.forEach((row, k) => {
    const at = (name: string) => flat[name]?.[k];
    expect([at('group'), at('rows'), at('controlMean')]).toEqual([row.group, row.rows, row.controlMean]);
    for (const measure of ['difference', 'percent'] as const) {
      const { [measure]: effect } = row;
      expect([at(measure), at(`${measure}StandardError`)]).toEqual([
        effect?.estimate ?? null,
        effect?.standardError ?? null,
      ]);
      expect([at(`${measure}Lower`), at(`${measure}SimultaneousUpper`), at(`${measure}RomanoWolf`)]).toEqual([
        effect?.interval?.[0] ?? null,
        effect?.simultaneousInterval?.[1] ?? null,
        effect?.adjusted?.romanoWolf ?? null,
      ]);
    }
  });
  expect(flat.warnings?.[3]).toContain('under -9');
});

test('the table shows rounded numbers and aligns columns, letters of two places too', () => {
  const lines = formatStudy(study).split('\n');
  const [all] = study.rows;
  const estimate = all?.difference?.estimate as number;
  expect(lines[1]).toContain(`${Number(estimate.toPrecision(4))} [`);
  const places = (line: string, until: number) =>
    Array.from(line.slice(0, until)).reduce(
      (sum, letter) => sum + ((letter.codePointAt(0) as number) > 0x2e80 ? 2 : 1),
      0,
    );
  const starts = lines.slice(1, 6).map((line) => places(line, line.indexOf('treatment')));
  expect(new Set(starts).size).toBe(1);
  expect(lines.find((line) => line.includes('under -9'))).toMatch(/– +\[\d\]$/);
});
