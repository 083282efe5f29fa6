/** A process that fits with workers and then has nothing more to do. */
import { fitRegressionForest } from '../../src/forest/regression-forest.js';
import { smallTrial } from './trials.js';

fitRegressionForest(smallTrial(), { outcome: 'outcome', numTrees: 200, workers: 2 }).then(({ outOfBag }) => {
  console.log(outOfBag.warnings.length === 0 ? 'fitted without warnings' : outOfBag.warnings);
});
