// Treatments beyond one that was drawn at random: here, a treatment that people choose and an invitation that moves them.
import {
  averageInstrumentalEffect,
  createInstrumentalTrial,
  estimateCompliance,
  fitInstrumentalForest,
} from 'causal-forest';
import { formatEstimate } from 'causal-forest/report';
import { simulateTrial } from 'causal-forest/simulate';

const { columns, covariateNames } = simulateTrial({ design: 'constant', rowCount: 1000, seed: 4 });

// Of those invited at random, the ones with x1 > −0.5 attend; no one else does. Attending is worth 2.
const invited = columns.treatment;
const attended = invited.map((z, row) => (z === 1 && columns.x1[row] > -0.5 ? 1 : 0));
const wage = columns.x2.map((x, row) => x + 2 * attended[row] + columns.outcome[row] - 0.5 * invited[row]);
const courses = createInstrumentalTrial(
  { ...columns, invited, attended, wage },
  { covariates: covariateNames, treatment: 'attended', instrument: 'invited', outcomes: { wage: 'wage' } },
);
const instrumental = await fitInstrumentalForest(courses, { numTrees: 500, seed: 4 });
const compliance = await estimateCompliance(instrumental);
const rows = [...compliance.keys()].filter((row) => compliance[row] > 0.05);
console.log(
  'wage, for those whom the invitation moves:',
  formatEstimate(averageInstrumentalEffect(instrumental, { compliance, rows })),
);
