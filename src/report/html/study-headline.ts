/** What a study found, in plain sentences: one for each outcome, over all rows, in the last window that has an estimate. */
import type { StudyOutcomeInfo, StudyRow } from '../../study/types.js';
import { effectOf, reasonOfRow, type StudyView } from './study-view.js';

/** Of the study's first design; further designs have their pictures. */
export const headlinesOf = (view: StudyView): string[] =>
  view.study.outcomes.flatMap((outcome) => {
    const design = view.study.designs[0]?.name;
    const rows = view.study.rows.filter(
      (row) => row.outcome === outcome.name && row.groupBy === null && row.design === design,
    );
    const last = rows.filter((row) => effectOf(view, row).estimate !== null).at(-1) ?? rows.at(-1);
    return last === undefined ? [] : [sentence(view, outcome, last)];
  });

function sentence(view: StudyView, { name, label, unit }: StudyOutcomeInfo, row: StudyRow): string {
  const { own, words, level } = view;
  const design = view.designLabel(row.design);
  const { estimate, interval } = effectOf(view, row);
  if (estimate === null) return own.notFound({ design, outcome: label, reason: reasonOfRow(row) ?? words.noReason });
  const inUnit = (text: string) => (view.measureOf(name) === 'difference' && unit !== null ? `${text} ${unit}` : text);
  const found = own.found({
    design,
    outcome: label,
    size: inUnit(view.number(name, Math.abs(estimate))),
    higher: estimate >= 0,
    window: view.windowLabel(row.window),
    interval: interval
      ? own.between(level, view.number(name, interval[0]), view.number(name, interval[1]))
      : words.noInterval,
  });
  return interval && interval[0] <= 0 && interval[1] >= 0 ? `${found} ${own.undecided}` : found;
}
