/** Trains a forest of several effects at once, and says which effects it has. */
import type { Clusters } from '../../data/trial.js';
import type { Forest } from '../../forest/forest.js';
import { planOf, type ResolvedForestOptions } from '../../forest/forest-options.js';
import { trainForest } from '../../forest/train-forest.js';
import type { Work } from '../../forest/work-control.js';
import { weightedVariance } from '../../math/sums.js';
import type { RankedColumns } from '../../tree/ranked-columns.js';
import { divideOutOfBagSlopes, type SlopeNumbers } from './predict.js';

export interface SlopesProblem {
  readonly columns: RankedColumns;
  /** Centred, one array each, one value per row. */
  readonly outcomes: readonly Float64Array[];
  readonly treatments: readonly Float64Array[];
  /**
   * Treatments in units of their own: a split then counts effects per standard deviation of each treatment. Else effects
   * count as they are, which makes arms alike. Outcomes, where there are several, always count in standard deviations.
   */
  readonly ownUnits: boolean;
  readonly weight: Float64Array | null;
  readonly settings: ResolvedForestOptions;
  readonly frame: { readonly rowCount: number; readonly clusters: Clusters | null };
  /** Names the forest's streams and its progress. */
  readonly purpose: string;
}

/** The forest, and effects of its training rows out of bag: all treatments on the first outcome, then on the next. */
export async function trainSlopes(
  problem: SlopesProblem,
  work: Work,
): Promise<{ readonly forest: Forest; readonly outOfBag: SlopeNumbers }> {
  const { columns, outcomes, treatments, weight, settings, frame, purpose } = problem;
  const forest = await trainForest(
    {
      columns,
      kind: 'slopes',
      data: {
        outcome: oneAfterAnother(outcomes),
        outcomeCount: outcomes.length,
        treatment: oneAfterAnother(treatments),
        treatmentCount: treatments.length,
        weight,
        coordinateScale: scaleOf(problem),
      },
      options: settings,
      plan: planOf(settings, frame),
      treeCount: settings.numTrees,
      seed: settings.seed,
      purpose,
    },
    work,
  );
  const shape = { treatments: treatments.length, outcomes: outcomes.length };
  return { forest, outOfBag: await divideOutOfBagSlopes(forest, columns, shape, work) };
}

function oneAfterAnother(arrays: readonly Float64Array[]): Float64Array {
  const length = arrays[0].length;
  const joined = new Float64Array(arrays.length * length);
  arrays.forEach((values, k) => {
    joined.set(values, k * length);
  });
  return joined;
}

/** ρ is in units of Y_m/W_k: times sd(W_k)/sd(Y_m) it has none. What does not vary is left as it is: it has no ρ. */
function scaleOf({ outcomes, treatments, ownUnits, weight }: SlopesProblem): Float64Array {
  const spread = (values: Float64Array): number => Math.sqrt(weightedVariance(values, weight) ?? 0) || 1;
  const ofOutcome = outcomes.map((values) => (outcomes.length > 1 ? 1 / spread(values) : 1));
  const ofTreatment = treatments.map((values) => (ownUnits ? spread(values) : 1));
  return Float64Array.from(ofOutcome.flatMap((y) => ofTreatment.map((w) => w * y)));
}
