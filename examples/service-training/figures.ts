/**
 * The rows of the report's figures 2 to 15: which effect each shows, and the number the report's text states for it
 * (null where the figure gives only a shape). "About 36 %" of figure 13 is stated as −36.
 * Where the report does not say button or survey, per hour or per day, the outcome is an assumption: figures 6, 8 and
 * 10 to 14.
 */
import type { Design } from './designs.js';
import type { OutcomeName } from './outcomes.js';
import { CITY_TIERS, COUNTY_TYPES, cityTierOf, countyTypeOf } from './places.js';
import { AGE_BANDS, ageBandOf, GENDERS, type Worker } from './workers.js';

export interface FigureRow {
  readonly figure: number;
  readonly outcome: OutcomeName;
  /** The window: months 1 to `month`, from the first working day. */
  readonly month: number;
  /** Null: all workers. */
  readonly group: string | null;
  /** Null: the figure is not about scripts; 'allAi': AI training as given. */
  readonly design: Design | 'allAi' | null;
  /** Percent, or null. */
  readonly reported: number | null;
}

/** How workers are grouped, by the name of the column in the table. */
export const GROUPS = { gender: GENDERS, ageBand: AGE_BANDS, cityTier: CITY_TIERS, countyType: COUNTY_TYPES } as const;
export type GroupColumn = keyof typeof GROUPS;

/** The column that a group's name belongs to. */
export function columnOf(group: string): GroupColumn {
  const found = Object.entries(GROUPS).find(([, names]) => (names as readonly string[]).includes(group));
  if (found === undefined) throw new RangeError(`no grouping has a group ${JSON.stringify(group)}`);
  return found[0] as GroupColumn;
}

/** Whether a worker belongs to the group (everyone to null). */
export function belongsTo(group: string | null): (worker: Worker) => boolean {
  if (group === null) return () => true;
  const column = columnOf(group);
  if (column === 'gender') return (worker) => worker.gender === group;
  if (column === 'ageBand') return (worker) => ageBandOf(worker.age) === group;
  if (column === 'cityTier') return (worker) => cityTierOf(worker.countyCode) === group;
  return (worker) => countyTypeOf(worker.countyCode) === group;
}

/** One line of a figure over the six windows; `stated` maps a window to the number in the text. */
function line(
  figure: number,
  outcome: OutcomeName,
  stated: Readonly<Record<number, number>> = {},
  { group = null, design = null }: { group?: string | null; design?: FigureRow['design'] } = {},
): FigureRow[] {
  return [1, 2, 3, 4, 5, 6].map((month) =>
    Object.freeze({ figure, outcome, month, group, design, reported: stated[month] ?? null }),
  );
}

const byGroup = (figure: number, outcome: OutcomeName, stated: Readonly<Record<string, number | null>>): FigureRow[] =>
  Object.entries(stated).flatMap(([group, percent]) =>
    line(figure, outcome, percent === null ? {} : { 6: percent }, { group }),
  );

const byDesign = (
  figure: number,
  outcome: OutcomeName,
  stated: Partial<Record<Design | 'allAi', number | null>>,
): FigureRow[] =>
  Object.entries(stated).flatMap(([design, percent]) =>
    line(figure, outcome, percent === null ? {} : { 5: percent }, { design: design as Design | 'allAi' }),
  );

const nothingStated = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));

export const FIGURE_ROWS: readonly FigureRow[] = Object.freeze([
  ...line(2, 'incomePerHour', { 1: 15.93 }),
  ...line(2, 'incomePerService', { 6: 14.02 }),
  ...line(3, 'buttonComplaintsPerDay', { 1: -13.56, 6: -29.46 }),
  ...line(3, 'buttonComplaintsPerHour'),
  ...line(3, 'surveyComplaintsPerDay', { 1: -55.12, 6: -26.57 }),
  ...line(3, 'surveyComplaintsPerHour'),
  ...line(4, 'qcFailuresPerDay', { 1: -16.72, 6: -29.7 }),
  ...line(4, 'qcFailuresPerHour'),
  ...byGroup(5, 'incomePerService', { female: 14.52, male: 11.75 }),
  ...byGroup(6, 'surveyComplaintsPerHour', { female: null, male: -19.4 }),
  ...byGroup(7, 'incomePerService', { 'under 30': 12.11, '30 to 45': 14.92, 'over 45': 12.62 }),
  ...byGroup(8, 'qcFailuresPerDay', { 'under 30': null, '30 to 45': null, 'over 45': -33.46 }),
  ...byGroup(9, 'incomePerService', nothingStated([...CITY_TIERS, ...COUNTY_TYPES])),
  ...byDesign(10, 'buttonComplaintsPerHour', { complexIdentity: -40.08, complexPersonality: -27.91, allAi: -27.42 }),
  ...byDesign(11, 'qcFailuresPerHour', { complexIdentity: -47.22, complexPersonality: -42.08, allAi: -34.51 }),
  ...byDesign(12, 'incomePerService', {
    adversarialEmotion: 13.92,
    negativeEmotion: null,
    multiStageEmotion: null,
    allAi: 9.37,
  }),
  ...byDesign(13, 'buttonComplaintsPerHour', {
    adversarialEmotion: -79.79,
    negativeEmotion: -36,
    multiStageEmotion: -36,
    allAi: -27.42,
  }),
  ...byDesign(14, 'qcFailuresPerHour', {
    adversarialEmotion: -49.4,
    negativeEmotion: -48.44,
    multiStageEmotion: -49.33,
    allAi: -34.51,
  }),
  ...line(15, 'minutesPerService', { 6: 8.42 }),
]);
