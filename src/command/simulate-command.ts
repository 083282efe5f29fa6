/** `causal-forest simulate`: a trial with a known truth, as CSV. */
import { formatCsv } from '../csv/index.js';
import { DESIGNS, type Design, simulateTrial } from '../simulate/index.js';
import type { CommandShape, ParsedArguments } from './arguments.js';
import { requireWritable, type Surroundings, writeWhole } from './output.js';

export const SIMULATE: CommandShape = {
  name: 'simulate',
  usage: 'simulate [options]',
  brief: 'a trial whose truth is known, as CSV',
  summary: 'Draws a trial whose truth is known, to try things on: covariates x1, x2, …, treatment and outcome, as CSV.',
  positionals: [0, 0],
  options: [
    { name: 'design', value: 'NAME', help: `${DESIGNS.join(', ')}; default oneSided` },
    { name: 'rows', value: 'N', help: 'default 1000' },
    { name: 'covariates', value: 'N', help: 'how many; default 5' },
    { name: 'noise', value: 'S', help: 'standard deviation of the outcome given everything else; default 1' },
    { name: 'seed', value: 'N', help: 'same seed, same rows; default 42' },
    { name: 'truth', help: 'adds trueEffect, truePropensity and trueBaseline of each row' },
    { name: 'out', value: 'FILE', help: 'where to write; default standard output' },
  ],
  examples: ['causal-forest simulate --design confounded --rows 2000 --out trial.csv'],
};

export async function simulate(given: ParsedArguments, { stdout, signal }: Surroundings): Promise<void> {
  const number = (name: string, key: string) => (given.number(name) === undefined ? {} : { [key]: given.number(name) });
  const design = given.text('design');
  const { columns, effect, propensity, baseline } = simulateTrial({
    ...(design === undefined ? {} : { design: design as Design }),
    ...number('rows', 'rowCount'),
    ...number('covariates', 'covariateCount'),
    ...number('noise', 'noise'),
    ...number('seed', 'seed'),
  });
  const truth = { trueEffect: effect, truePropensity: propensity, trueBaseline: baseline };
  const text = formatCsv(given.flag('truth') ? { ...columns, ...truth } : columns);
  const out = given.text('out');
  if (out === undefined) {
    stdout.write(text);
    return;
  }
  await requireWritable(out);
  await writeWhole(out, text, signal);
}
