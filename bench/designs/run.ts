/**
 * Accuracy on designs whose truth is known because they are simulated here:
 *   npm run bench:designs -- [--count 28] [--seed 1]     random designs, one trial each
 *   npm run bench:designs -- --null                      random designs of constant effect
 *   npm run bench:designs -- --average 30                average effects over repetitions of the published designs
 * and with any of them [--trees 500] [--methods plain,…] [--only …] [--json]. `--only effect=linear,propensity=strong`
 * fixes forms of random designs; with `--average`, `--only nw3,kunzel` names the published ones. One process, one thread.
 */
import { parseArgs } from 'node:util';
import { COVARIATE_LAWS } from '../accuracy/designs/covariates.js';
import { EFFECT_KINDS, SURFACE_KINDS } from '../accuracy/designs/design.js';
import { NOISE_KINDS } from '../accuracy/designs/noise.js';
import { PUBLISHED_NAMES, type PublishedName } from '../accuracy/designs/published.js';
import type { DesignKinds } from '../accuracy/designs/random-design.js';
import { PROPENSITY_KINDS } from '../accuracy/designs/treatment-law.js';
import { chooseMethods, warmUp } from '../accuracy/methods.js';
import { progressLine } from '../accuracy/progress.js';
import { averageCoverage, averageText } from './average.js';
import { nullSummary, nullText, scoreNull } from './null.js';
import { designsText, scoreDesigns } from './random.js';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '28' },
    seed: { type: 'string', default: '1' },
    null: { type: 'boolean', default: false },
    average: { type: 'string' },
    trees: { type: 'string', default: '500' },
    methods: { type: 'string' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const methods = chooseMethods(values.methods);
const names = methods.map(({ name }) => name);
const numTrees = wholeNumber('trees', values.trees);
const chosen = values.only.split(',').filter((part) => part !== '');
const show = (json: unknown, text: string) => console.log(values.json ? JSON.stringify(json, null, 1) : text);

await warmUp(methods);
if (values.average !== undefined) {
  const repetitions = wholeNumber('average', values.average);
  const designs = chosen.length > 0 ? chosen.map(publishedName) : PUBLISHED_NAMES;
  const told = progressLine('trials', repetitions * designs.length);
  const results = await averageCoverage(methods, designs, { repetitions, numTrees }, told);
  show(results, averageText(results));
} else {
  const count = wholeNumber('count', values.count);
  const options = { count, seed: wholeNumber('seed', values.seed), numTrees, kinds: kindsOf(chosen) };
  if (values.null) {
    const designs = await scoreNull(methods, options, progressLine('designs', count));
    const summaries = Object.fromEntries(names.map((name, m) => [name, nullSummary(designs, m)]));
    show({ ...summaries, designs }, nullText(names, designs));
  } else {
    const designs = await scoreDesigns(methods, options, progressLine('designs', count));
    show({ methods: names, designs }, designsText(names, designs));
  }
}

function kindsOf(parts: readonly string[]): Partial<DesignKinds> {
  const allowed: Readonly<Record<keyof DesignKinds, readonly string[]>> = {
    covariates: COVARIATE_LAWS,
    baseline: SURFACE_KINDS,
    effect: EFFECT_KINDS,
    propensity: PROPENSITY_KINDS,
    noise: NOISE_KINDS,
    outcome: ['numeric', 'binary'],
    treatment: ['binary', 'continuous'],
  };
  return Object.fromEntries(
    parts.map((part) => {
      const [key, kind] = part.split('=');
      const known = allowed[key as keyof DesignKinds];
      if (!known?.includes(kind))
        throw new RangeError(`--only ${part}: give form=kind with ${JSON.stringify(known ?? Object.keys(allowed))}`);
      return [key, kind];
    }),
  );
}

function publishedName(name: string): PublishedName {
  const known = PUBLISHED_NAMES.find((one) => one === name);
  if (!known) throw new RangeError(`--only ${name}: published designs are ${PUBLISHED_NAMES.join(', ')}`);
  return known;
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`--${option} must be a whole number of at least 1; received ${text}`);
  return value;
}
