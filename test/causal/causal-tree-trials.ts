/** Small trials for the tests of the causal tree. */
import { createTrial } from '../../src/data/create-trial.js';
import type { Trial } from '../../src/data/trial.js';
import { type RandomStream, streamFor } from '../../src/math/random.js';

export interface SimulatedRow {
  readonly x: readonly number[];
  readonly treated: number;
  readonly outcome: number;
}

/** x uniform on [0, 1]; outcome = baseline(x) + treated·effect(x) + noise·N(0, 1). */
export function simulateRows(
  random: RandomStream,
  count: number,
  design: {
    readonly covariates: number;
    readonly effect: (x: readonly number[]) => number;
    readonly baseline?: (x: readonly number[]) => number;
    readonly treatedShare?: number;
    readonly noise?: number;
  },
): SimulatedRow[] {
  const { covariates, effect, baseline = () => 0, treatedShare = 0.5, noise = 1 } = design;
  return Array.from({ length: count }, () => {
    const x = Array.from({ length: covariates }, () => random.uniform());
    const treated = random.uniform() < treatedShare ? 1 : 0;
    return { x, treated, outcome: baseline(x) + treated * effect(x) + noise * random.normal() };
  });
}

/** A trial with covariates x0, x1, … and outcome y. */
export function trialOf(rows: readonly SimulatedRow[]): Trial<string, 'y'> {
  const names = (rows[0] as SimulatedRow).x.map((_, j) => `x${j}`);
  const columns: Record<string, readonly number[]> = {
    treated: rows.map((row) => row.treated),
    y: rows.map((row) => row.outcome),
  };
  names.forEach((name, j) => {
    columns[name] = rows.map((row) => row.x[j] as number);
  });
  return createTrial(columns, { covariates: names, treatment: 'treated', outcomes: { y: 'y' } });
}

/** Columns with ties, missing values and every kind of covariate, for comparisons with brute force. */
export function mixedColumns(seed: number, count: number) {
  const random = streamFor(seed, 'mixedColumns');
  const draw = <T>(make: () => T) => Array.from({ length: count }, make);
  const grade = draw(() => (random.uniform() < 0.15 ? null : random.below(7) - 3));
  const price = draw(() => (random.uniform() < 0.1 ? null : Math.exp(random.normal())));
  const member = draw(() => (random.uniform() < 0.1 ? null : random.uniform() < 0.4));
  const joined = draw(() => new Date(Date.UTC(2021, 0, 1 + random.below(400))));
  const region = draw(() => (random.uniform() < 0.1 ? null : (['A', 'B', 'C', 'D', 'E'][random.below(5)] as string)));
  const propensity = draw(() => [0.3, 0.5, 0.6][random.below(3)] as number);
  const treated = propensity.map((p): number => (random.uniform() < p ? 1 : 0));
  const weight = draw(() => 0.5 + random.below(4));
  const outcome = treated.map(
    (w, i) =>
      2 * (price[i] ?? 1) +
      w * ((grade[i] ?? 2) + (region[i] === 'B' || region[i] === 'D' ? 2 : 0) + (member[i] ? 1 : 0)) +
      random.normal(),
  );
  return { grade, price, member, joined, region, propensity, treated, weight, outcome };
}

export const repeat = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
