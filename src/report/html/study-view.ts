/** One look at a study for figures, tables and sentences alike: its labels, the measure of each outcome, numbers as text. */
import type { Study, StudyCell, StudyEffect, StudyOutcomeInfo, StudyRow } from '../../study/types.js';
import { digitsFor, type Language, type Words, wordsOf, writeLevel, writeNumber } from '../words.js';
import { type StudyWords, studyWords } from './study-words.js';

/** How an outcome's effects are told: in percent wherever the study has percentages, else in outcome units. */
export type Measure = 'percent' | 'difference';

/** A study with what its page needs to say it. */
export interface StudyView {
  readonly study: Study;
  readonly language: Language;
  readonly words: Words;
  readonly own: StudyWords;
  readonly level: string;
  readonly measureOf: (outcome: string) => Measure;
  readonly designLabel: (name: string) => string;
  readonly windowLabel: (name: string | null) => string;
  readonly groupingLabel: (name: string | null) => string;
  readonly outcomeLabel: (name: string) => string;
  /** An effect of this outcome as text: with a percent sign, or with digits that suit the outcome. */
  readonly number: (outcome: string, value: number | null) => string;
}

export function viewStudy(study: Study, language: Language): StudyView {
  const words = wordsOf(language);
  const labels = (list: readonly { readonly name: string; readonly label: string }[]) => {
    const known = new Map(list.map(({ name, label }) => [name, label]));
    return (name: string | null) => (name === null ? '' : (known.get(name) ?? name));
  };
  const measures = new Map(study.outcomes.map(({ name }) => [name, measure(study, name)]));
  const digits = new Map(study.outcomes.map(({ name }) => [name, unitDigits(study, name)]));
  const measureOf = (outcome: string): Measure => measures.get(outcome) ?? 'difference';
  return {
    study,
    language,
    words,
    own: studyWords(language),
    level: writeLevel(words, study.level),
    measureOf,
    designLabel: labels(study.designs),
    windowLabel: labels(study.windows),
    groupingLabel: labels(study.groups),
    outcomeLabel: labels(study.outcomes),
    number: (outcome, value) => {
      if (value === null) return '';
      if (measureOf(outcome) === 'percent') return words.percent(writeNumber(value, 1));
      return writeNumber(value, digits.get(outcome) ?? 3);
    },
  };
}

const measure = (study: Study, outcome: string): Measure =>
  study.rows.some((row) => row.outcome === outcome && row.percent !== null) ? 'percent' : 'difference';

/** Digits by the narrowest interval in outcome units. */
function unitDigits(study: Study, outcome: string): number {
  const widths = study.rows.flatMap((row) =>
    row.outcome === outcome && row.difference?.interval
      ? [row.difference.interval[1] - row.difference.interval[0]]
      : [],
  );
  return digitsFor(Math.min(...widths.filter((width) => width > 0), Number.POSITIVE_INFINITY));
}

const NOTHING: StudyEffect = Object.freeze({
  estimate: null,
  standardError: null,
  interval: null,
  simultaneousInterval: null,
  pValue: null,
  adjusted: null,
});

/** The row's effect in its outcome's measure; all null in a hole. */
export const effectOf = (
  { measureOf }: StudyView,
  row: { readonly outcome: string; readonly percent: StudyEffect | null; readonly difference: StudyEffect | null },
): StudyEffect => row[measureOf(row.outcome)] ?? NOTHING;

/** Why a row has no estimate, or null. */
export const reasonOfRow = ({ warnings }: StudyRow): string | null =>
  warnings.length === 0 ? null : warnings.map(({ message }) => message).join('; ');

/** Of the value axis. */
export function valueLabelOf({ own, measureOf }: StudyView, { name, label, unit }: StudyOutcomeInfo): string {
  return measureOf(name) === 'percent' ? own.relativeEffect(label) : own.effect(label, unit);
}

/** "income, first month, women": where an effect stands. */
export function placeOf(view: StudyView, cell: Partial<StudyCell> & { readonly outcome: string }): string {
  const { words, study } = view;
  return [
    view.outcomeLabel(cell.outcome),
    study.designs.length > 1 && cell.design !== undefined ? view.designLabel(cell.design) : '',
    view.windowLabel(cell.window === undefined ? null : cell.window),
    cell.group ?? '',
  ]
    .filter((part) => part !== '')
    .join(words.comma);
}

/** A p-value: three digits, or that it is below them. */
export const writeProbability = (p: number): string => (p < 0.001 ? '< 0.001' : writeNumber(p, 3));
