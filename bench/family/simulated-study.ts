/**
 * Whole studies with known truth, as small as they may be: 4 outcomes × 6 windows × 3 groups (and all rows), rows in
 * clusters, everything in one family, known propensity, small forests. How often do all simultaneous intervals hold the
 * truth, and how often does any Romano–Wolf p-value reject where nothing has an effect?
 *
 *   Y_ow = x₁ + x₂/2 + u_o + v_ow + W · τ_ow,  u shared by a row's windows, v cumulative over them, part of both by cluster
 *   τ_ow = [(o + w/2)/5 + (group − 1)/4 + x₁/4 + s_c/4] · (1 or 0), s_c by cluster; x₁ and s_c have mean 0 in every group
 *   average of τ over group g of thirds:  (o + w/2)/5 + (g − 1)/4
 */
import { runStudy, type Study } from '../../src/index.js';
import { streamFamily } from '../../src/math/random.js';

export const SIZES = { rowCount: 800, clusterSize: 4, numTrees: 50, draws: 1000 } as const;
const OUTCOMES = [0, 1, 2, 3] as const;
const WINDOWS = ['1', '2', '3', '4', '5', '6'] as const;
const GROUPS = ['g0', 'g1', 'g2'] as const;

/** 5 %: 1 − coverage, and the family-wise error. */
export const LEVEL = 0.05;

const streams = streamFamily(20_261_122, 'simulated studies');

/** Share of ones among the rows is one half, and every row's own draw. */
function columnsOf(index: number, effects: boolean): Record<string, (number | string)[]> {
  const random = streams(index);
  const { rowCount, clusterSize } = SIZES;
  const clusterCount = rowCount / clusterSize;
  const ofCluster = Array.from({ length: clusterCount }, () => ({
    shift: random.normal(),
    levels: OUTCOMES.map(() => random.normal() / 3),
  }));
  const columns: Record<string, (number | string)[]> = { x1: [], x2: [], group: [], cluster: [], treated: [] };
  for (const o of OUTCOMES) for (const window of WINDOWS) columns[`y${o} ${window}`] = [];
  for (let row = 0; row < rowCount; row++) {
    const cluster = Math.floor(row / clusterSize);
    const { shift, levels } = ofCluster[cluster] as (typeof ofCluster)[number];
    const [x1, x2] = [random.normal(), random.normal()];
    const group = random.below(3);
    const treated = random.uniform() < 0.5 ? 1 : 0;
    columns.x1?.push(x1);
    columns.x2?.push(x2);
    columns.group?.push(GROUPS[group] as string);
    columns.cluster?.push(cluster);
    columns.treated?.push(treated);
    for (const o of OUTCOMES) {
      let noise = random.normal() / 2 + (levels[o] as number);
      for (const [w, window] of WINDOWS.entries()) {
        noise += random.normal() / 2;
        const effect = effects ? truthOf(o, w, group) + (x1 + shift) / 4 : 0;
        columns[`y${o} ${window}`]?.push(x1 + x2 / 2 + noise + treated * effect);
      }
    }
  }
  return columns;
}

const truthOf = (outcome: number, window: number, group: number): number =>
  (outcome + (window + 1) / 2) / 5 + (group - 1) / 4;

/** The average effect that a row of the study is about; groups are equally likely, so all rows have that of the middle one. */
export function truthOfRow({ outcome, window, group }: Study['rows'][number]): number {
  const place = group === null ? 1 : GROUPS.indexOf(group as (typeof GROUPS)[number]);
  return truthOf(Number(outcome.slice(1)), Number(window) - 1, place);
}

/** One study, all of its effects in one family. */
export function simulatedStudy(index: number, effects: boolean): Promise<Study> {
  const names = OUTCOMES.map((o) => `y${o}`);
  return runStudy(
    columnsOf(index, effects),
    {
      covariates: ['x1', 'x2', 'group'],
      treatment: 'treated',
      outcomes: Object.fromEntries(names.map((name) => [name, name])),
      windows: [...WINDOWS],
      windowColumns: (column, window) => `${column} ${window}`,
      groups: { group: 'group' },
      families: { everything: names },
      clusters: 'cluster',
      propensity: 0.5,
    },
    { numTrees: SIZES.numTrees, draws: SIZES.draws, seed: index, workers: 0 },
  );
}

/** Whether all simultaneous intervals, and whether all pointwise ones, hold the truth. */
export function covered({ rows }: Study): { readonly together: boolean; readonly single: boolean } {
  const holds = (row: Study['rows'][number], interval: readonly [number, number] | null | undefined): boolean => {
    const truth = truthOfRow(row);
    return interval !== null && interval !== undefined && interval[0] <= truth && truth <= interval[1];
  };
  return {
    together: rows.every((row) => holds(row, row.difference?.simultaneousInterval)),
    single: rows.every((row) => holds(row, row.difference?.interval)),
  };
}

/** Whether anything is found: by adjusted p-values, and by raw ones. */
export function rejected({ rows, differences, trends }: Study) {
  const any = (list: readonly Pick<Study['rows'][number], 'difference'>[]) =>
    list.some(({ difference }) => (difference?.adjusted?.romanoWolf ?? 1) <= LEVEL);
  return {
    effects: any(rows),
    differences: any(differences),
    trends: any(trends),
    raw: rows.some(({ difference }) => (difference?.pValue ?? 1) <= LEVEL),
  };
}
