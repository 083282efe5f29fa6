// An effect that rises steadily with a covariate: forests predict steps and pull towards the average; a linear adjustment
// around each point follows the slope. And an outcome model by boosted forests, which shrink less than one forest does.
import {
  createTrial,
  fitBoostedRegressionForest,
  fitCausalForest,
  localLinearEffects,
  outOfBagLocalLinearEffects,
  rowEffects,
} from 'causal-forest';
import { formatEstimate } from 'causal-forest/report';
import { streamFor } from 'causal-forest/simulate';

const draw = streamFor(11, 'smooth');
const rows = Array.from({ length: 1000 }, () => {
  const [tenure, age] = [10 * draw.uniform(), 20 + 40 * draw.uniform()];
  const [visits, basket, distance] = [draw.normal(), draw.normal(), draw.normal()];
  const treated = draw.below(2);
  const untreated = 20 + 3 * visits + 3 * basket - 2 * distance;
  return {
    tenure,
    age,
    visits,
    basket,
    distance,
    treated,
    sales: untreated + treated * (0.5 * tenure - 1) + draw.normal(),
  };
});
const covariates = ['tenure', 'age', 'visits', 'basket', 'distance'] as const;
const trial = createTrial(rows, { covariates, treatment: 'treated', outcomes: { sales: 'sales' }, propensity: 0.5 });

const boosted = await fitBoostedRegressionForest(trial, { outcome: 'sales', numTrees: 500 });
console.log(
  `error after each of ${boosted.steps.length} steps:`,
  boosted.errors.map((error) => error?.toFixed(2)).join(', '),
);
const forest = await fitCausalForest(trial, { outcomeHat: boosted.outOfBag.estimate, numTrees: 500 });

const corrected = await outOfBagLocalLinearEffects(forest, { on: ['tenure'] });
const errorOf = (effects: Float64Array) =>
  Math.sqrt(effects.reduce((sum, effect, i) => sum + (effect - 0.5 * rows[i].tenure + 1) ** 2, 0) / effects.length);
console.log(`mean error of the effects: ${errorOf(forest.outOfBag.effect).toFixed(2)} before the adjustment,`);
console.log(`  ${errorOf(corrected.effect).toFixed(2)} after it, with a penalty of ${corrected.correction.penalty}`);

const points = { tenure: [0, 5, 10], age: [40, 40, 40], visits: [0, 0, 0], basket: [0, 0, 0], distance: [0, 0, 0] };
const { penalty } = corrected.correction;
for (const effect of rowEffects(await localLinearEffects(forest, points, { on: ['tenure'], penalty })))
  console.log(
    `tenure ${points.tenure[effect.row]}, truth ${0.5 * points.tenure[effect.row] - 1}:`,
    formatEstimate(effect),
  );
