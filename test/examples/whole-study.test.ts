/** The service-training study as one declaration says what its analysis by hand says. */
import { beforeAll, expect, test } from 'vitest';
import { startAnalysis } from '../../examples/service-training/estimate.js';
import { columnOf, FIGURE_ROWS } from '../../examples/service-training/figures.js';
import { drawStudy, studyColumns } from '../../examples/service-training/study.js';
import { wholeStudy } from '../../examples/service-training/whole-study.js';
import type { Study } from '../../src/study/types.js';

const table = studyColumns(drawStudy(1));
/** Figures 8 (failures by age) and 11 (by design), in one window each. */
const figures = FIGURE_ROWS.filter(
  ({ figure, month }) => (figure === 8 && month === 6) || (figure === 11 && month === 5),
);

let study: Study;
beforeAll(async () => {
  const include = (cell: Study['rows'][number] | object) =>
    figures.some((row) => isCell(row, cell as Study['rows'][number]));
  study = await wholeStudy(table, { numTrees: 100, seed: 1, draws: 200, workers: 0, include });
});

const isCell = (
  { outcome, month, group, design }: (typeof FIGURE_ROWS)[number],
  cell: Pick<Study['rows'][number], 'outcome' | 'window' | 'group' | 'design' | 'groupBy'>,
): boolean =>
  cell.outcome === outcome &&
  cell.window === String(month) &&
  cell.group === group &&
  cell.groupBy === (group === null ? null : columnOf(group)) &&
  cell.design === (design === null || design === 'allAi' ? 'treated' : design);

test('every row of the figures is a cell', () => {
  expect(figures).toHaveLength(6);
  for (const row of figures) expect(study.rows.filter((cell) => isCell(row, cell))).toHaveLength(1);
  expect(study.designs.map(({ rows, treated }) => rows - treated)).toEqual(Array(6).fill(1497));
  expect(study.forests).toBe(4);
});

test('estimates are those of the analysis by hand', async () => {
  const byHand = await startAnalysis(table, { numTrees: 100, seed: 1 }).estimate(figures);
  figures.forEach((row, k) => {
    const { estimate, standardError } = study.rows.find((cell) => isCell(row, cell))?.percent ?? {};
    // Both estimate the propensity by forests of 50 trees with different random streams: measured, at most 0.22 errors apart.
    expect(Math.abs((estimate as number) - (byHand[k]?.estimate as number))).toBeLessThan(
      0.5 * (standardError as number),
    );
  });
});
