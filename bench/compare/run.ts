/**
 * `npm run bench:compare`: the same data in turn through this library, EconML and grf, each on one thread in a process of
 * its own; times beside errors. What is not installed is skipped with a sentence.
 *
 * Options: --python PATH (default python3), --rscript PATH (default Rscript), --rounds N (default 3), --only NAME, --json.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundlePrograms } from '../speed/bundle.js';
import { median, type Spread, spreadOf } from '../speed/spread.js';
import { makeTrialData } from '../speed/trial-data.js';
import { COMPARE_CASES, type CompareCase, type SideResult } from './cases.js';

const { values: options } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    rscript: { type: 'string', default: 'Rscript' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new RangeError('--rounds must be a whole number of at least 1');

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const [ourProgram] = await bundlePrograms([new URL('our-side.ts', import.meta.url)]);
const folder = mkdtempSync(join(tmpdir(), 'causal-forest-compare-'));

interface Side {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Succeeds where the side can run. */
  readonly probe: readonly string[];
}

/** One thread each, whatever a library would take. */
const environment = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
const run = (command: string, args: readonly string[]) =>
  spawnSync(command, args, { cwd: root, encoding: 'utf8', env: environment, maxBuffer: 1 << 28 });

const say = (line: string) => {
  if (!options.json) console.log(line);
};

const SIDES: readonly Side[] = [
  { name: 'causal-forest', command: process.execPath, args: [ourProgram], probe: ['--version'] },
  { name: 'econml', command: options.python, args: [beside('econml_side.py')], probe: ['-c', 'import econml'] },
  { name: 'grf', command: options.rscript, args: [beside('grf-side.R')], probe: ['-e', 'library(grf)'] },
];
const sides = SIDES.filter(({ name, command, probe }) => {
  const works = run(command, probe).status === 0;
  if (!works) say(`${name} is skipped: \`${command} ${probe.join(' ')}\` does not succeed here.`);
  return works;
});

/** Draws a case's data and writes it where every side reads it; returns the file of the case and the truth. */
function writeCase(given: Omit<CompareCase, 'data' | 'seed'>, round: number) {
  const { rows, newRows, covariates } = given;
  const drawn = makeTrialData(rows + newRows, covariates, round + 1);
  const data = join(folder, 'numbers');
  const columns = [
    ...drawn.trial.covariates.map((column) => (column.kind === 'category' ? new Float64Array() : column.values)),
    drawn.outcome,
    drawn.trial.treatment.values,
    drawn.outcomeHat,
    drawn.treatmentHat,
  ];
  writeFileSync(data, Buffer.concat(columns.map((column) => Buffer.from(column.buffer))));
  const file = join(folder, 'case.json');
  writeFileSync(file, JSON.stringify({ ...given, seed: round + 1, data }));
  return { file, effect: drawn.effect };
}

function runSide({ name, command, args }: Side, file: string): SideResult {
  const { status, stdout, stderr } = run(command, [...args, file]);
  if (status !== 0) throw new Error(`${name} failed: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout) as SideResult;
}

/** Mean squared error of effects, and how often effect ± 1.96 standard errors holds the truth. */
function scoreOf({ effect, variance }: SideResult, truth: Float64Array) {
  let squares = 0;
  let hits = 0;
  for (let i = 0; i < truth.length; i++) {
    squares += (effect[i] - truth[i]) ** 2;
    hits += +(Math.abs(effect[i] - truth[i]) <= 1.96 * Math.sqrt(variance[i]));
  }
  return { error: squares / truth.length, coverage: hits / truth.length };
}

interface Found {
  readonly result: SideResult;
  readonly error: number;
  readonly coverage: number;
}

const digits = (x: number) => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2));
const show = ({ median: middle, lowest, highest }: Spread) =>
  `${digits(middle)} [${digits(lowest)}–${digits(highest)}]`;
const inColumns = (cells: readonly string[]) =>
  cells
    .map((cell, k) => cell.padEnd([22, 16, 26, 26, 26, 10, 9][k] ?? 0))
    .join(' ')
    .trimEnd();

say(
  `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model.trim()}, ${cpus().length} threads, Node ${process.versions.node}, ` +
    `load ${loadavg()[0].toFixed(1)} at the start; ${rounds} rounds, CPU ms: median [range]`,
);
say(inColumns(['case', 'library', 'training', 'prediction, new rows', 'out of bag', 'MSE', 'coverage']));
const report = [];
for (const given of COMPARE_CASES.filter(({ name }) => name.includes(options.only ?? ''))) {
  const found = new Map<string, Found[]>(sides.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const { file, effect } = writeCase(given, round);
    for (const side of sides) {
      const result = runSide(side, file);
      found.get(side.name)?.push({ result, ...scoreOf(result, effect.subarray(given.rows)) });
    }
  }
  const ours = found.get('causal-forest') as Found[];
  for (const [name, all] of found) {
    const phases = ['training', 'prediction', 'outOfBag'].map((phase) => {
      const timesOf = (those: readonly Found[]) => those.map(({ result }) => result.times[phase]?.cpu ?? Number.NaN);
      const times = timesOf(all);
      if (times.some(Number.isNaN)) return null;
      const mine = timesOf(ours);
      const ratio = mine.some(Number.isNaN) ? null : spreadOf(times.map((time, k) => time / mine[k]));
      return { phase, cpu: spreadOf(times), overOurs: ratio };
    });
    const error = median(all.map((one) => one.error));
    const coverage = median(all.map((one) => one.coverage));
    report.push({ case: given.name, library: all[0].result.version, phases, error, coverage });
    const cells = phases.map((phase) => (phase ? show(phase.cpu) : ''));
    say(inColumns([given.name, all[0].result.version, ...cells, error.toFixed(4), coverage.toFixed(3)]));
    if (name === 'causal-forest') continue;
    const ratios = phases.map((phase) => (phase?.overOurs ? show(phase.overOurs) : ''));
    say(inColumns(['', '  times ours', ...ratios]));
  }
}
rmSync(folder, { recursive: true, force: true });
rmSync(dirname(ourProgram), { recursive: true, force: true });
if (options.json) console.log(JSON.stringify(report, null, 1));
