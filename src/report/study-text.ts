/** A study's rows as an aligned table for people, and as flat columns for spreadsheets. Rounding happens in the text only. */
import type { Study, StudyEffect, StudyRow } from '../study/types.js';

/** One array of cells a column, one cell for each of the study's rows; null where there is no number. */
export type StudyColumns = Readonly<Record<string, readonly (string | number | null)[]>>;

const CELLS: Readonly<Record<string, (row: StudyRow) => string | number | null>> = {
  outcome: ({ outcome }) => outcome,
  window: ({ window }) => window,
  groupBy: ({ groupBy }) => groupBy,
  group: ({ group }) => group,
  design: ({ design }) => design,
  family: ({ family }) => family,
  rows: ({ rows }) => rows,
  treated: ({ treated }) => treated,
  control: ({ control }) => control,
  clusters: ({ clusters }) => clusters,
  controlMean: ({ controlMean }) => controlMean,
};

const NUMBERS: Readonly<Record<string, (effect: StudyEffect) => number | null | undefined>> = {
  '': ({ estimate }) => estimate,
  StandardError: ({ standardError }) => standardError,
  Lower: ({ interval }) => interval?.[0],
  Upper: ({ interval }) => interval?.[1],
  SimultaneousLower: ({ simultaneousInterval }) => simultaneousInterval?.[0],
  SimultaneousUpper: ({ simultaneousInterval }) => simultaneousInterval?.[1],
  PValue: ({ pValue }) => pValue,
  RomanoWolf: ({ adjusted }) => adjusted?.romanoWolf,
  Holm: ({ adjusted }) => adjusted?.holm,
  BenjaminiHochberg: ({ adjusted }) => adjusted?.benjaminiHochberg,
};

/**
 * Every number of the study's rows: `difference` in outcome units and `percent`, each with `StandardError`, `Lower`,
 * `Upper`, `SimultaneousLower`, … behind it, and the warnings in words.
 */
export function studyColumns({ rows }: Pick<Study, 'rows'>): StudyColumns {
  const ofRows = Object.entries(CELLS).map(([name, cell]) => [name, rows.map(cell)] as const);
  const ofMeasures = (['difference', 'percent'] as const).flatMap((measure) =>
    Object.entries(NUMBERS).map(([suffix, number]) => {
      const cells = rows.map(({ [measure]: effect }) => (effect && number(effect)) ?? null);
      return [`${measure}${suffix}`, cells] as const;
    }),
  );
  const warnings = rows.map((row) => row.warnings.map(({ message }) => message).join(' '));
  return Object.freeze(
    Object.fromEntries<readonly (string | number | null)[]>([...ofRows, ...ofMeasures, ['warnings', warnings]]),
  );
}

/**
 * The study's rows as text: effects with intervals that hold by themselves, and Romano–Wolf p-values of their families.
 * A hole says why below the table.
 */
export function formatStudy(study: Study): string {
  const { rows, level, families } = study;
  const level100 = `${Number((100 * level).toFixed(6))} %`;
  const notes: string[] = [];
  const note = ({ warnings }: StudyRow): string => {
    const text = warnings.map(({ message }) => message).join(' ');
    if (text === '') return '';
    if (!notes.includes(text)) notes.push(text);
    return `[${notes.indexOf(text) + 1}]`;
  };
  const header = [
    'outcome',
    'window',
    'group',
    'design',
    'n',
    'treated',
    'control mean',
    'difference',
    'percent',
    'p adj.',
    '',
  ];
  const lines = rows.map((row) => [
    row.outcome,
    row.window ?? '',
    row.group === null ? '' : `${row.groupBy}: ${row.group}`,
    row.design,
    String(row.rows),
    String(row.treated),
    row.controlMean === null ? '–' : short(row.controlMean),
    effectText(row.difference, short),
    effectText(row.percent, (value) => `${value >= 0 ? '+' : ''}${value.toFixed(1)}`, ' %'),
    pText((row.percent ?? row.difference)?.adjusted?.romanoWolf),
    note(row),
  ]);
  const used = header.map((_, column) => lines.some((line) => line[column] !== ''));
  const shown = [header, ...lines].map((line) => line.filter((_, column) => used[column]));
  const widths = (shown[0] as string[]).map((_, column) =>
    Math.max(...shown.map((line) => widthOf(line[column] as string))),
  );
  const table = shown.map((line) =>
    line
      .map((cell, k) => cell + ' '.repeat((widths[k] as number) - widthOf(cell)))
      .join('  ')
      .trimEnd(),
  );
  const sizes = families
    .filter(({ of }) => of === 'rows')
    .map(({ name, members }) => `${name} (${Math.max(members.percent, members.difference)})`);
  return [
    ...table,
    '',
    `Intervals: ${level100}, each by itself. p adj.: Romano–Wolf within a family${sizes.length > 0 ? `: ${sizes.join(', ')}` : ''}.`,
    ...[...study.warnings.map(({ message }) => message)],
    ...notes.map((text, k) => `[${k + 1}] ${text}`),
  ].join('\n');
}

function effectText(effect: StudyEffect | null, number: (value: number) => string, unit = ''): string {
  if (effect === null || effect.estimate === null) return '–';
  const interval = effect.interval ? ` [${number(effect.interval[0])}, ${number(effect.interval[1])}]` : '';
  return `${number(effect.estimate)}${unit}${interval}`;
}

/** Four digits that matter, at most. */
const short = (value: number): string => String(Number(value.toPrecision(4)));

function pText(p: number | undefined): string {
  if (p === undefined) return '';
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}

/** Columns of a terminal: letters of East Asian scripts take two. */
const widthOf = (text: string): number =>
  Array.from(text).reduce(
    (width, letter) =>
      width +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(letter)
        ? 2
        : 1),
    0,
  );
