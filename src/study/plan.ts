/** The cells of a study, in order, before anything is fitted: which rows its result will have, and what is a hole already. */
import { InvalidOptionError } from '../base/errors.js';
import type { Fitter, Prepared } from './fits.js';
import type { Design, OpenStudy, StudyGroup } from './open-study.js';
import { cellName, type DeclaredStudy } from './read-declaration.js';
import type { StudyCell } from './types.js';

/** One row of the result. */
export interface PlannedRow {
  readonly cell: StudyCell;
  readonly family: string;
  /** Null: all rows of the design. */
  readonly group: StudyGroup | null;
}

/** One outcome in one window and design, with its rows: all of them come from one fit. */
export interface CellPlan {
  readonly outcome: string;
  readonly window: string | null;
  /** The window's place on its axis; 0 without windows. */
  readonly at: number;
  readonly design: Design;
  /** Whether the outcome is a ratio of totals, which has percentages only. */
  readonly totals: boolean;
  /** The outcome and window in words of messages. */
  readonly name: string;
  readonly prepared: Prepared;
  readonly rows: readonly PlannedRow[];
}

/** What the study's progress calls a cell while it is fitted. */
export const phaseOf = ({ name, design }: CellPlan): string => `${name}, ${design.label}`;

/** Cells with at least one row that is wanted, outcome by outcome, design by design, window by window. */
export function planStudy(
  declared: DeclaredStudy,
  { designs, cells, groupings }: OpenStudy,
  fitter: Fitter,
  include: ((cell: StudyCell) => boolean) | undefined,
): CellPlan[] {
  const wanted = (cell: StudyCell): boolean => {
    const answer: unknown = include ? include(cell) : true;
    if (typeof answer !== 'boolean')
      throw new InvalidOptionError('include', answer, 'a rule that returns true or false');
    return answer;
  };
  const groups = groupings.flatMap(({ name, groups: own }) => own.map((group) => ({ groupBy: name, group })));
  return declared.outcomes.flatMap((outcome, o) =>
    designs.flatMap((design) =>
      cells[o].flatMap((outcomeCell, w): CellPlan[] => {
        const declaredWindow = declared.windows[w] ?? null;
        const place = { outcome: outcome.name, window: declaredWindow?.name ?? null, design: design.name };
        const row = (groupBy: string | null, group: StudyGroup | null): PlannedRow[] => {
          const cell = Object.freeze({ ...place, groupBy, group: group?.label ?? null });
          return wanted(cell) ? [{ cell, family: declared.familyOf(cell), group }] : [];
        };
        const rows = [...row(null, null), ...groups.flatMap(({ groupBy, group }) => row(groupBy, group))];
        if (rows.length === 0) return [];
        const name = cellName(outcome.name, place.window);
        const totals = (outcome.inWindows[w] as { readonly as?: unknown } | null)?.as === 'totals';
        const prepared = fitter.prepare(name, design, outcomeCell);
        return [
          {
            outcome: outcome.name,
            window: place.window,
            at: declaredWindow?.at ?? 0,
            design,
            totals,
            name,
            prepared,
            rows,
          },
        ];
      }),
    ),
  );
}

/** Plans that can be finished together and apart from others: those that families bind, in the order of outcomes. */
export function batchesOf(plans: readonly CellPlan[]): readonly (readonly CellPlan[])[] {
  const batches: { readonly families: Set<string>; plans: CellPlan[] }[] = [];
  for (const plan of plans) {
    // Windows and groups of one outcome are compared with each other, whatever their families.
    const names = new Set([`outcome ${plan.outcome}`, ...plan.rows.map(({ family }) => `family ${family}`)]);
    const bound = batches.filter(({ families }) => [...names].some((name) => families.has(name)));
    const [first, ...others] = bound.length > 0 ? bound : [{ families: new Set<string>(), plans: [] }];
    if (bound.length === 0) batches.push(first);
    for (const other of others) {
      first.plans.push(...other.plans);
      for (const name of other.families) first.families.add(name);
      batches.splice(batches.indexOf(other), 1);
    }
    first.plans.push(plan);
    for (const name of names) first.families.add(name);
  }
  return batches.map((batch) => batch.plans);
}
