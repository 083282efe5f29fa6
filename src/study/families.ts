/**
 * Families of a study: effects that account for each other get simultaneous intervals and adjusted p-values from their
 * stacked influence functions (effects/simultaneous.ts). Differences and percentages are two measures of the same effects,
 * so each measure is a family of its own; so are tests between groups, and of trends.
 */
import { type MultiplierOptions, type StackedEstimate, stackedInference } from '../effects/simultaneous.js';
import type { Measurement } from './measure.js';
import type { StudyEffect, StudyFamily } from './types.js';

/** What is in a family: an effect in up to two measures. */
export interface Member {
  readonly family: string;
  readonly difference: Measurement | null;
  readonly percent: Measurement | null;
}

export interface MemberEffects {
  readonly difference: StudyEffect | null;
  readonly percent: StudyEffect | null;
}

/** The effects of all members, in their order, and the families that they are in. */
export function closeFamilies(
  members: readonly Member[],
  of: StudyFamily['of'],
  options: MultiplierOptions,
): { readonly effects: readonly MemberEffects[]; readonly families: readonly StudyFamily[] } {
  const difference = new Array<StudyEffect | null>(members.length);
  const percent = new Array<StudyEffect | null>(members.length);
  const families = [...new Set(members.map(({ family }) => family))].map((name): StudyFamily => {
    const places = members.flatMap(({ family }, k) => (family === name ? [k] : []));
    const byDifference = adjust(places, (k) => members[k].difference, difference, options);
    const byPercent = adjust(places, (k) => members[k].percent, percent, options);
    return Object.freeze({
      name,
      of,
      level: options.level,
      critical: Object.freeze({ difference: byDifference.critical, percent: byPercent.critical }),
      members: Object.freeze({ difference: byDifference.counted, percent: byPercent.counted }),
    });
  });
  return { effects: members.map((_, k) => ({ difference: difference[k], percent: percent[k] })), families };
}

/** Fills `into` at the places of one family. Effects without a positive standard error are not counted. */
function adjust(
  places: readonly number[],
  measurementOf: (place: number) => Measurement | null,
  into: (StudyEffect | null)[],
  options: MultiplierOptions,
): { readonly critical: number | null; readonly counted: number } {
  const counted: { place: number; stacked: StackedEstimate }[] = [];
  for (const place of places) {
    const found = measurementOf(place);
    into[place] = found && alone(found);
    if (found && found.estimate !== null && found.standardError && found.influence)
      counted.push({
        place,
        stacked: { estimate: found.estimate, standardError: found.standardError, influence: found.influence },
      });
  }
  const { members, critical } = stackedInference(
    counted.map(({ stacked }) => stacked),
    options,
  );
  counted.forEach(({ place }, k) => {
    into[place] = Object.freeze({ ...(into[place] as StudyEffect), ...members[k] });
  });
  return { critical, counted: counted.length };
}

const alone = ({ estimate, standardError, interval }: Measurement): StudyEffect =>
  Object.freeze({ estimate, standardError, interval, simultaneousInterval: null, pValue: null, adjusted: null });
