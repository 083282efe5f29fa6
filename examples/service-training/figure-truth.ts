/** The simulated truth of each row of the figures. */
import { EFFECTS } from './effects.js';
import { belongsTo, type FigureRow } from './figures.js';
import type { OutcomeName } from './outcomes.js';
import { expectedOutcomes, type Population, thePopulation, type World, windowPercents } from './truth.js';

/** The rows' true effects in percent, in their order. */
export function trueEffects(
  rows: readonly FigureRow[],
  population: Population = thePopulation(),
  effects = EFFECTS,
): readonly number[] {
  const known = new Map<string, readonly Float64Array[]>();
  const expected = (outcome: OutcomeName, world: World) => {
    const key = `${outcome} ${world}`;
    const found = known.get(key) ?? expectedOutcomes(population, effects, outcome, world);
    known.set(key, found);
    return found;
  };
  return rows.map(({ outcome, month, group, design }) => {
    const trained = expected(outcome, design ?? 'allAi');
    return windowPercents(population, trained, expected(outcome, 'noAi'), belongsTo(group))[month - 1] as number;
  });
}
