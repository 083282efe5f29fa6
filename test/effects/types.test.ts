/** What the compiler must accept and refuse: names inferred from the trial reach options and rules. */
import { expect, test } from 'vitest';
import type { CausalForest } from '../../src/causal/types.js';
import { averageEffect } from '../../src/effects/average.js';
import { groupDifferences } from '../../src/effects/differences.js';
import { groupEffects } from '../../src/effects/groups.js';
import { ratioEffect } from '../../src/effects/ratio-of-totals.js';
import { relativeEffect } from '../../src/effects/relative.js';

/** Never called: only its types matter. */
function uses(forest: CausalForest<'age' | 'region', 'sales'>, other: CausalForest<'age' | 'region', 'orders'>) {
  averageEffect(forest, { rows: ({ region }, row) => region === 'north' && row > 3 });
  relativeEffect(forest, { rows: [true, false] });
  ratioEffect({ numerator: forest, denominator: other }, { rows: ({ age }) => age !== null });
  groupEffects(forest, { by: { column: 'age', cuts: [30] } });
  groupDifferences({ numerator: forest, denominator: other }, { by: 'region', reference: 'north' });
  // @ts-expect-error a rule can only ask for covariates of the trial
  averageEffect(forest, { rows: ({ regoin }) => regoin === 'north' });
  // @ts-expect-error groups are named by covariates of the trial
  groupEffects(forest, { by: 'regoin' });
  // @ts-expect-error an overlap-weighted effect is a slope and has no means to divide
  relativeEffect(forest, { target: 'overlap' });
  for (const effect of groupEffects(forest, { by: 'region' }).groups)
    if (effect.measure === 'difference') effect.target satisfies 'all' | 'treated' | 'control' | 'overlap';
}

test('the uses above compile', () => {
  expect(uses).toBeTypeOf('function');
});
