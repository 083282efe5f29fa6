// Eight effects looked at together: intervals that all hold at once, and p-values adjusted for their number.
import { createTrial, effectFamily, type FamilyMember, fitCausalForest } from 'causal-forest';
import { formatEstimate } from 'causal-forest/report';
import { simulateTrial } from 'causal-forest/simulate';

const { columns } = simulateTrial({ design: 'oneSided', rowCount: 2000, covariateCount: 3, seed: 11 });
const trial = createTrial(columns, {
  covariates: ['x1', 'x2', 'x3'],
  treatment: 'treatment',
  outcomes: { y: 'outcome' },
  propensity: 0.5,
});
const forest = await fitCausalForest(trial, { numTrees: 500, seed: 11 });

const borders = [Number.NEGATIVE_INFINITY, -1, 0, 1, Number.POSITIVE_INFINITY];
const members = (['x1', 'x2'] as const).flatMap((name) =>
  borders.slice(1).map((below, k): FamilyMember => {
    const from = borders[k] as number;
    const rows = (row: Readonly<Record<string, unknown>>) => Number(row[name]) >= from && Number(row[name]) < below;
    return { label: `${name} from ${from} to ${below}`, forest, rows };
  }),
);
const family = effectFamily(members);
console.log(`all hold at once: ± ${family.critical?.toFixed(2)} standard errors instead of 1.96`);
for (const { label, simultaneousInterval: together, pValue, adjusted, ...effect } of family.members) {
  console.log(`${label.padEnd(24)} ${formatEstimate(effect)}`);
  if (together && adjusted && pValue !== null)
    console.log(
      `  together [${together.map((limit) => limit.toFixed(2)).join(', ')}],`,
      `p = ${pValue.toPrecision(2)}, Romano–Wolf ${adjusted.romanoWolf.toPrecision(2)}, Holm ${adjusted.holm.toPrecision(2)}`,
    );
}
