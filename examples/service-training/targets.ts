/**
 * What the simulated truth is made to equal: the stated numbers exactly, and for the windows that a figure only draws,
 * numbers of the stated shape. Two numbers are not set but follow from the others, because groups must average to the
 * whole (women of figure 5, ages 30 to 45 of figure 7); the counts in workers.ts are chosen so that they follow.
 */
import type { Design } from './designs.js';
import type { Moved } from './effects.js';
import type { OutcomeName } from './outcomes.js';

/** One condition: the percent effect of a window. */
export interface Target {
  readonly outcome: OutcomeName;
  readonly month: number;
  readonly group: string | null;
  readonly world: Design | 'allAi';
  readonly percent: number;
}

/** One unknown: entries of a table of effects, each a fixed multiple of it. */
export interface Unknown {
  readonly moved: Moved;
  readonly part: 'month' | 'male' | 'under30' | 'over45' | 'longDays' | 'designs';
  readonly multiples: readonly number[];
}

/** A square system: `unknowns` so that all `targets` hold. */
export interface Block {
  readonly name: string;
  readonly unknowns: readonly Unknown[];
  readonly targets: readonly Target[];
}

const windows = (outcome: OutcomeName, percents: readonly number[], group: string | null = null): Target[] =>
  percents.map((percent, k) => ({ outcome, month: k + 1, group, world: 'allAi', percent }));

const one = (
  outcome: OutcomeName,
  month: number,
  percent: number,
  { group = null, world = 'allAi' }: { group?: string | null; world?: Design | 'allAi' } = {},
): Target => ({ outcome, month, group, world, percent });

const unit = (length: number, index: number) => Array.from({ length }, (_, k) => (k === index ? 1 : 0));
const each = (moved: Moved, part: Unknown['part'], indices: readonly number[]): Unknown[] =>
  indices.map((index) => ({ moved, part, multiples: unit(part === 'designs' ? 5 : 6, index) }));
const monthly = (moved: Moved, part: Unknown['part']): Unknown[] => each(moved, part, [0, 1, 2, 3, 4, 5]);
const together = (moved: Moved, part: Unknown['part'], multiples: readonly number[]): Unknown => ({
  moved,
  part,
  multiples,
});

const CONSTANT = [1, 1, 1, 1, 1, 1];
/** Differences between ages in quality control grow from nothing. */
const GROWING = [0, 0.2, 0.4, 0.6, 0.8, 1];
/** Indices into DESIGNS. */
const EMOTIONS = [2, 3, 4];

/** In order: income needs the failures that are fined, minutes need the services that weigh the months. */
export const BLOCKS: readonly Block[] = [
  {
    name: 'quality-control failures',
    unknowns: [
      ...monthly('qc', 'month'),
      together('qc', 'longDays', CONSTANT),
      ...each('qc', 'designs', [0, 1, 2, 3, 4]),
      together('qc', 'under30', GROWING),
      together('qc', 'over45', GROWING),
    ],
    targets: [
      ...windows('qcFailuresPerDay', [-16.72, -20.6, -23.8, -26.3, -28.2, -29.7]),
      one('qcFailuresPerHour', 5, -34.51),
      one('qcFailuresPerHour', 5, -47.22, { world: 'complexIdentity' }),
      one('qcFailuresPerHour', 5, -42.08, { world: 'complexPersonality' }),
      one('qcFailuresPerHour', 5, -48.44, { world: 'negativeEmotion' }),
      one('qcFailuresPerHour', 5, -49.4, { world: 'adversarialEmotion' }),
      one('qcFailuresPerHour', 5, -49.33, { world: 'multiStageEmotion' }),
      one('qcFailuresPerDay', 6, -28.6, { group: 'under 30' }),
      one('qcFailuresPerDay', 6, -33.46, { group: 'over 45' }),
    ],
  },
  {
    name: 'button complaints',
    unknowns: [
      ...monthly('button', 'month'),
      together('button', 'longDays', CONSTANT),
      ...each('button', 'designs', [0, 1, 2, 3, 4]),
    ],
    targets: [
      ...windows('buttonComplaintsPerDay', [-13.56, -18.6, -22.6, -25.6, -27.8, -29.46]),
      one('buttonComplaintsPerHour', 5, -27.42),
      one('buttonComplaintsPerHour', 5, -40.08, { world: 'complexIdentity' }),
      one('buttonComplaintsPerHour', 5, -27.91, { world: 'complexPersonality' }),
      one('buttonComplaintsPerHour', 5, -36, { world: 'negativeEmotion' }),
      one('buttonComplaintsPerHour', 5, -79.79, { world: 'adversarialEmotion' }),
      one('buttonComplaintsPerHour', 5, -36, { world: 'multiStageEmotion' }),
    ],
  },
  {
    name: 'survey complaints',
    unknowns: [
      ...monthly('survey', 'month'),
      ...monthly('survey', 'male'),
      together('survey', 'longDays', unit(6, 0)),
      together('survey', 'longDays', [0, 1, 1, 1, 1, 1]),
    ],
    targets: [
      ...windows('surveyComplaintsPerHour', [-66, -48.5, -36, -28, -22.6, -18.9], 'female'),
      ...windows('surveyComplaintsPerHour', [2, 7, -1.5, -10, -15.8, -19.4], 'male'),
      one('surveyComplaintsPerDay', 1, -55.12),
      one('surveyComplaintsPerDay', 6, -26.57),
    ],
  },
  {
    name: 'services and pay',
    unknowns: [
      ...monthly('services', 'month'),
      ...monthly('quality', 'month'),
      together('quality', 'male', CONSTANT),
      ...monthly('quality', 'under30'),
      ...monthly('quality', 'over45'),
      ...each('quality', 'designs', EMOTIONS),
    ],
    targets: [
      ...windows('incomePerHour', [15.93, 14.3, 12.8, 11.6, 10.7, 10.3]),
      ...windows('incomePerService', [4.6, 6.1, 7.3, 8.4, 9.37, 14.02]),
      one('incomePerService', 6, 11.75, { group: 'male' }),
      ...windows('incomePerService', [8.6, 6.4, 7.3, 8.2, 9.1, 12.11], 'under 30'),
      ...windows('incomePerService', [0.9, 5.6, 7.1, 8.2, 9.1, 12.62], 'over 45'),
      one('incomePerService', 5, 9.9, { world: 'negativeEmotion' }),
      one('incomePerService', 5, 13.92, { world: 'adversarialEmotion' }),
      one('incomePerService', 5, 10.1, { world: 'multiStageEmotion' }),
    ],
  },
  {
    name: 'minutes',
    unknowns: monthly('minutes', 'month'),
    targets: windows('minutesPerService', [1.2, 2.4, 3.4, 4.4, 5.5, 8.42]),
  },
];
