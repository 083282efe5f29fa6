/** A study's pictures: from its rows and data to what the figures draw, the same scale for all of one outcome. */
import type {
  Study,
  StudyDesignInfo,
  StudyDistribution,
  StudyOutcomeInfo,
  StudyProfile,
  StudyRow,
} from '../../study/types.js';
import { drawBalance } from '../figures/balance.js';
import { drawEffectAlongCovariate } from '../figures/effect-along-covariate.js';
import { drawEffectDistribution } from '../figures/effect-distribution.js';
import { drawEffectsOverWindows } from '../figures/effects-over-windows.js';
import type { FigureEstimate } from '../figures/estimates.js';
import { drawGroupComparison } from '../figures/group-comparison.js';
import { drawOverlap } from '../figures/overlap.js';
import { domainOf } from '../figures/scale.js';
import { drawTreatmentShares } from '../figures/treatment-shares.js';
import { bothWidths, type PageFigure } from './page.js';
import { effectOf, reasonOfRow, type StudyView, valueLabelOf } from './study-view.js';

/** Values that all pictures of an outcome hold, so that they can be laid beside each other. */
export function commonDomain(view: StudyView, rows: readonly StudyRow[]): readonly [number, number] {
  return domainOf(
    [
      0,
      ...rows.flatMap((row) => {
        const { estimate, interval, simultaneousInterval } = effectOf(view, row);
        return [estimate, ...(interval ?? []), ...(simultaneousInterval ?? [])];
      }),
    ],
    0,
  );
}

const estimateOf = (view: StudyView, row: StudyRow): FigureEstimate => {
  const { estimate, interval, simultaneousInterval } = effectOf(view, row);
  return { estimate, interval, simultaneousInterval, reason: reasonOfRow(row) };
};

/** Effects over windows, one series for each design or group; without windows one row for each. */
export function effectsFigure(
  view: StudyView,
  outcome: StudyOutcomeInfo,
  title: string,
  rows: readonly StudyRow[],
  domain: readonly [number, number],
): Promise<PageFigure> {
  const { study, language } = view;
  const percent = view.measureOf(outcome.name) === 'percent';
  const grouped = rows.some(({ group }) => group !== null);
  const several = study.designs.length > 1;
  const common = { title, language, percent, level: study.level, valueLabel: valueLabelOf(view, outcome), domain };
  if (study.windows.length > 0)
    return bothWidths((width) =>
      drawEffectsOverWindows({
        ...common,
        width,
        estimates: rows.map((row) => ({
          ...estimateOf(view, row),
          window: view.windowLabel(row.window),
          series: grouped ? (row.group ?? view.own.all) : view.designLabel(row.design),
          panel: grouped && several ? view.designLabel(row.design) : null,
          rows: row.rows,
        })),
      }),
    );
  return bothWidths((width) =>
    drawGroupComparison({
      ...common,
      width,
      estimates: rows.map((row) => ({
        ...estimateOf(view, row),
        group: grouped ? (row.group ?? view.own.all) : view.designLabel(row.design),
        grouping: grouped && several ? view.designLabel(row.design) : null,
        treated: row.treated,
        control: row.control,
      })),
    }),
  );
}

export function distributionFigure(view: StudyView, title: string, one: StudyDistribution): Promise<PageFigure> {
  const { study, language } = view;
  const outcome = study.outcomes.find(({ name }) => name === one.outcome);
  // Effects of rows are in outcome units, whatever the measure of averages.
  const valueLabel = view.own.effect(outcome?.label ?? one.outcome, outcome?.unit ?? null);
  return bothWidths((width) =>
    drawEffectDistribution({
      title,
      language,
      width,
      valueLabel,
      level: study.level,
      histogram: one.histogram,
      points: one.points,
      average: one.average,
      rows: one.rows,
    }),
  );
}

export function profileFigure(view: StudyView, title: string, one: StudyProfile): Promise<PageFigure> {
  const { study, language, own } = view;
  const outcome = study.outcomes.find(({ name }) => name === one.outcome);
  const label = outcome?.label ?? one.outcome;
  const percent = one.measure === 'percent';
  return bothWidths((width) =>
    drawEffectAlongCovariate({
      title,
      language,
      width,
      percent,
      level: study.level,
      covariate: one.label,
      connect: one.kind === 'number' || one.kind === 'date',
      valueLabel: percent ? own.relativeEffect(label) : own.effect(label, outcome?.unit ?? null),
      points: one.points.map(({ label: name, rows, estimate, interval }) => ({
        label: name,
        rows,
        estimate,
        interval,
      })),
    }),
  );
}

export const shareFigure = (
  { language, designLabel, words }: StudyView,
  title: string,
  share: NonNullable<Study['treatmentShare']>,
  design: StudyDesignInfo,
): Promise<PageFigure> =>
  bothWidths((width) =>
    drawTreatmentShares({
      title,
      language,
      width,
      shareLabel: share.label,
      histogram: share.histogram,
      treated: design.treated,
      control: design.control,
      treatedLabel: designLabel(design.name),
      controlLabel: words.control,
    }),
  );

export const overlapFigure = (
  { language }: StudyView,
  title: string,
  { overlap }: { readonly overlap: NonNullable<StudyDesignInfo['overlap']> },
): Promise<PageFigure> =>
  bothWidths((width) => drawOverlap({ title, language, width, treated: overlap.treated, control: overlap.control }));

export const balanceFigure = ({ language }: StudyView, title: string, design: StudyDesignInfo): Promise<PageFigure> =>
  bothWidths((width) =>
    drawBalance({
      title,
      language,
      width,
      treated: design.treated,
      control: design.control,
      entries: design.balance.map(({ label, level, before, after }) => ({ label, level, before, after })),
    }),
  );
