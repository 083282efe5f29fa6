/** What is judged: ways to fit, each one line, all asked the same. The first is what the others are compared with. */
import {
  type AverageEffect,
  averageEffect,
  type CausalForest,
  estimateTreatmentVariance,
  fitCausalForest,
  type Trial,
  type Warning,
} from 'causal-forest';
import { randomDesign } from './designs/random-design.js';

export interface FitOptions {
  readonly numTrees: number;
  readonly seed: number;
}

export interface Method {
  readonly name: string;
  /** On the calling thread, so that its CPU time can be told. */
  readonly fit: (trial: Trial, options: FitOptions & { readonly workers: 0 }) => Promise<CausalForest>;
}

export const METHODS: readonly Method[] = [
  { name: 'plain', fit: (trial, options) => fitCausalForest(trial, options) },
  { name: 'stack', fit: (trial, options) => fitCausalForest(trial, { ...options, nuisance: 'stack' }) },
  { name: 'refined', fit: (trial, options) => fitCausalForest(trial, { ...options, estimator: 'refined' }) },
];

export interface Answer {
  readonly forest: CausalForest;
  /** τ̂(xᵢ) and its standard error (NaN where there is none), out of bag. */
  readonly effect: Float64Array;
  readonly standardError: Float64Array;
  /** Over all rows, doubly robust. */
  readonly average: AverageEffect;
  /** V̂ar[W | X] of a continuous treatment, which its averages need; null for a binary one. */
  readonly treatmentVariance: Float64Array | null;
  /** Of the fit, about its effects; those about the average stand in `average`. */
  readonly warnings: readonly Warning[];
  /** CPU time of the fit: user and system. */
  readonly seconds: number;
}

export async function answerOf(method: Method, trial: Trial, options: FitOptions): Promise<Answer> {
  const start = process.cpuUsage();
  const forest = await method.fit(trial, { ...options, workers: 0 });
  const { user, system } = process.cpuUsage(start);
  const treatmentVariance =
    trial.treatment.kind === 'continuous' ? await estimateTreatmentVariance(forest, { workers: 0 }) : null;
  const average = averageEffect(forest, treatmentVariance ? { treatmentVariance } : {});
  const { effect, variance } = forest.outOfBag;
  return {
    forest,
    effect,
    standardError: variance ? variance.map(Math.sqrt) : effect.map(() => Number.NaN),
    average,
    treatmentVariance,
    warnings: forest.warnings,
    seconds: (user + system) / 1e6,
  };
}

/** Each method's answer. A later `turn` begins with another method, so that what a fit leaves to the next favours none. */
export async function answersOf(
  methods: readonly Method[],
  trial: Trial,
  options: FitOptions,
  turn: number,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let k = 0; k < methods.length; k++) {
    const m = (k + turn) % methods.length;
    answers[m] = await answerOf(methods[m], trial, options);
  }
  return answers;
}

/** Fits once with each, untimed: the first fit of a process compiles. */
export async function warmUp(methods: readonly Method[]): Promise<void> {
  const { trial } = randomDesign(0, 2, { outcome: 'numeric', treatment: 'binary', propensity: 'shared' }).draw(0, 500);
  for (const method of methods) await answerOf(method, trial, { numTrees: 200, seed: 1 });
}

/** Those named, separated by commas; all without names. */
export function chooseMethods(names: string | undefined): readonly Method[] {
  if (names === undefined) return METHODS;
  return names.split(',').map((name) => {
    const method = METHODS.find((candidate) => candidate.name === name);
    if (!method)
      throw new RangeError(`--methods must name some of ${METHODS.map((known) => known.name).join(', ')}; got ${name}`);
    return method;
  });
}
