// Which groups differ most? One honest causal tree, its splits in the table's own names and units.
import { createTrial, fitCausalTree } from 'causal-forest';
import { formatCausalTree } from 'causal-forest/report';
import { simulateTrial } from 'causal-forest/simulate';

const { columns, covariateNames } = simulateTrial({ design: 'oneSided', rowCount: 4000, seed: 1 });
const trial = createTrial(columns, { covariates: covariateNames, treatment: 'treatment', outcomes: { y: 'outcome' } });
console.log(formatCausalTree(fitCausalTree(trial, { outcome: 'y', seed: 1 })));
