/**
 * Solves for the effects that make the truth equal the report's numbers and writes them to effects.json, rounded to
 * nine decimals. Run once: `npx tsx examples/service-training/calibrate.ts`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Effects, type EffectTable, MOVED } from './effects.js';
import { belongsTo } from './figures.js';
import type { OutcomeName } from './outcomes.js';
import { solve } from './solve.js';
import { BLOCKS, type Block } from './targets.js';
import { expectedOutcomes, type Population, thePopulation, type World, windowPercents } from './truth.js';

type MutableTable = { -readonly [Part in keyof EffectTable]: number[] };
export type MutableEffects = Record<keyof Effects, MutableTable>;

export function noEffects(): MutableEffects {
  const table = (): MutableTable => ({
    month: zeros(6),
    male: zeros(6),
    under30: zeros(6),
    over45: zeros(6),
    longDays: zeros(6),
    designs: zeros(5),
  });
  return Object.fromEntries(MOVED.map((moved) => [moved, table()])) as MutableEffects;
}

const zeros = (length: number) => new Array<number>(length).fill(0);

/** Sets the block's unknowns in `effects`. */
function assign(effects: MutableEffects, { unknowns }: Block, x: readonly number[]): void {
  for (const { moved, part } of unknowns) effects[moved][part].fill(0);
  unknowns.forEach(({ moved, part, multiples }, k) => {
    const entries = effects[moved][part];
    multiples.forEach((multiple, entry) => {
      entries[entry] = (entries[entry] as number) + multiple * (x[k] as number);
    });
  });
}

/** log((1 + effect)/(1 + target)) of every target. */
function misses(population: Population, effects: Effects, { targets }: Block): number[] {
  const expected = new Map<string, readonly Float64Array[]>();
  const of = (outcome: OutcomeName, world: World) => {
    const key = `${outcome}/${world}`;
    const found = expected.get(key) ?? expectedOutcomes(population, effects, outcome, world);
    expected.set(key, found);
    return found;
  };
  return targets.map(({ outcome, month, group, world, percent }) => {
    const found = windowPercents(population, of(outcome, world), of(outcome, 'noAi'), belongsTo(group));
    return Math.log((100 + (found[month - 1] as number)) / (100 + percent));
  });
}

/** All blocks, one after the other. */
export function calibrate(population: Population, onStep = (_block: string, _step: number, _worst: number) => {}) {
  const effects = noEffects();
  for (const block of BLOCKS) {
    const solution = solve(
      (x) => {
        assign(effects, block, x);
        return misses(population, effects, block);
      },
      zeros(block.unknowns.length),
      { onStep: (step, worst) => onStep(block.name, step, worst) },
    );
    assign(effects, block, solution);
  }
  return effects;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const effects = calibrate(thePopulation(), (block, step, worst) =>
    process.stderr.write(`${block}: step ${step}, worst miss ${worst.toExponential(1)}\n`),
  );
  const rounded = JSON.stringify(
    effects,
    (_, value) => (typeof value === 'number' ? Number(value.toFixed(9)) : value),
    2,
  );
  // One line for each list of numbers.
  const text = rounded.replace(/\[\s+([^\]]+?)\s+\]/g, (_, inner: string) => `[${inner.replace(/\s+/g, ' ')}]`);
  writeFileSync(new URL('effects.json', import.meta.url), `${text}\n`);
}
