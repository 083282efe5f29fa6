/**
 * `npm run bench:speed`: how fast forests are trained and predicted, beside grf's times and our own of earlier.
 *
 * Each case runs in processes of its own, on a bundle of the source, with the yardstick (`yardstick.ts`) before and after;
 * times are CPU milliseconds (user + system), and ratios are grf's yardsticks (`../baseline.json`) over ours. Each is the
 * median of the rounds, with their range. "Cold" is the first forest of a process, "warm" a later one.
 *
 * Options: --only NAME (cases whose name has it; also as plain words), --large (a million rows too), --rounds N (default 3),
 * --json (results only), --save (writes our medians to `../baseline.json`).
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { bundlePrograms } from './bundle.js';
import type { CaseTimes } from './case-process.js';
import { CASES, type SpeedCase } from './cases.js';
import { median, type Spread, spreadOf } from './spread.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', multiple: true, default: [] },
    large: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new RangeError(`--rounds must be a whole number of at least 1`);

/** Our own medians: training in yardsticks, cold and warm, effects, and the largest memory in MB. */
interface OwnFigures {
  readonly cold: number;
  readonly warm: number;
  readonly effects?: number;
  readonly peakMegabytes: number;
}

interface Baseline {
  readonly grf: {
    readonly yardsticks: Readonly<Record<string, { readonly training: number; readonly effects?: number }>>;
  };
  readonly ours: {
    readonly measured: string | null;
    readonly yardsticks: Readonly<Record<string, OwnFigures>>;
  };
}

const BASELINE = new URL('../baseline.json', import.meta.url);
const baseline = JSON.parse(readFileSync(BASELINE, 'utf8')) as Baseline;

interface Round {
  /** CPU milliseconds of the yardstick: mean of the one before and the one after. */
  readonly yardstick: number;
  readonly times: CaseTimes;
}

interface CaseResult {
  readonly name: string;
  readonly yardstick: Spread;
  readonly cpu: { readonly cold: Spread; readonly warm: Spread; readonly effects: Spread | null };
  readonly wall: { readonly cold: Spread; readonly warm: Spread };
  /** How many times as fast as grf; null where its time is not stored. */
  readonly ratio: { readonly cold: Spread | null; readonly warm: Spread | null; readonly effects: Spread | null };
  readonly goals: SpeedCase['goals'] | null;
  readonly nanosecondsPerUnit: Spread | null;
  readonly meanLeafDepth: number | null;
  readonly peakMegabytes: { readonly first: number; readonly end: number; readonly estimated: number };
  readonly yardsticks: OwnFigures;
  /** Warm time in yardsticks over the stored one's: below 1 is faster than before. */
  readonly warmOverBaseline: number | null;
}

const warmOf = ({ times }: Round) => median(times.warm.map(({ cpu }) => cpu));
const effectsOf = ({ times }: Round) => median(times.effects.map(({ cpu }) => cpu));

function resultOf(given: SpeedCase, all: readonly Round[]): CaseResult {
  const grf = baseline.grf.yardsticks[given.name];
  const over = (of: (round: Round) => number) => spreadOf(all.map(of));
  const hasEffects = all[0].times.effects.length > 0;
  const ratio = (yardsticks: number | undefined, of: (round: Round) => number) =>
    yardsticks === undefined ? null : over((round) => (yardsticks * round.yardstick) / of(round));
  const { units, meanLeafDepth } = all[0].times;
  const peak = (of: (peak: CaseTimes['peak']) => number) => median(all.map(({ times }) => of(times.peak)));
  const peakMegabytes = { first: peak((p) => p.first), end: peak((p) => p.end), estimated: peak((p) => p.estimated) };
  const own = (of: (round: Round) => number) =>
    Number(over((round) => of(round) / round.yardstick).median.toPrecision(3));
  const yardsticks: OwnFigures = {
    cold: own(({ times }) => times.cold.cpu),
    warm: own(warmOf),
    ...(hasEffects ? { effects: own(effectsOf) } : {}),
    peakMegabytes: Math.round(peakMegabytes.end),
  };
  const before = baseline.ours.yardsticks[given.name];
  return {
    name: given.name,
    yardstick: over(({ yardstick }) => yardstick),
    cpu: {
      cold: over(({ times }) => times.cold.cpu),
      warm: over(warmOf),
      effects: hasEffects ? over(effectsOf) : null,
    },
    wall: {
      cold: over(({ times }) => times.cold.wall),
      warm: over(({ times }) => median(times.warm.map(({ wall }) => wall))),
    },
    ratio: {
      cold: ratio(grf?.training, ({ times }) => times.cold.cpu),
      warm: ratio(grf?.training, warmOf),
      effects: ratio(grf?.effects, effectsOf),
    },
    goals: given.goals ?? null,
    nanosecondsPerUnit: units === null ? null : over((round) => (1e6 * warmOf(round)) / units),
    meanLeafDepth,
    peakMegabytes,
    yardsticks,
    warmOverBaseline: before ? yardsticks.warm / before.warm : null,
  };
}

const wanted = [...options.only, ...positionals];
const chosen = CASES.filter(
  ({ name, large }) => (options.large || !large) && (wanted.length === 0 || wanted.some((part) => name.includes(part))),
);
if (chosen.length === 0)
  throw new RangeError(`no case is called so; there are ${CASES.map(({ name }) => name).join(', ')}`);

const [program, yardstickProgram] = await bundlePrograms([
  new URL('case-process.ts', import.meta.url),
  new URL('yardstick.ts', import.meta.url),
]);
const runNode = (args: readonly string[]) =>
  execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
const yardstick = () => Number(runNode([yardstickProgram]));

/** Rounds of one case: yardstick, case, yardstick, case, … yardstick. */
function runRounds(given: SpeedCase, flags: readonly string[] = []): Round[] {
  const found: Round[] = [];
  let before = yardstick();
  for (let k = 0; k < rounds; k++) {
    const times = JSON.parse(runNode([...flags, program, JSON.stringify(given)])) as CaseTimes;
    const after = yardstick();
    found.push({ yardstick: (before + after) / 2, times });
    before = after;
  }
  return found;
}

const COLUMNS = [24, 22, 22, 22, 18, 10, 26, 8];
const inColumns = (cells: readonly string[]) =>
  cells
    .map((cell, k) => cell.padEnd(COLUMNS[k] ?? 0))
    .join(' ')
    .trimEnd();
const digits = (x: number) => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2));
const showSpread = ({ median: middle, lowest, highest }: Spread) =>
  `${digits(middle)} [${digits(lowest)}–${digits(highest)}]`;
const showRatio = (ratio: Spread | null, goal: number | undefined) =>
  ratio === null ? '' : `${showSpread(ratio)}${goal === undefined ? '' : ` /${goal}`}`;

function lineOf({ name, ratio, goals, cpu, nanosecondsPerUnit, peakMegabytes, warmOverBaseline }: CaseResult): string {
  const peak = `${peakMegabytes.first.toFixed(0)} → ${peakMegabytes.end.toFixed(0)}`;
  return inColumns([
    name,
    showRatio(ratio.cold, goals?.cold),
    showRatio(ratio.warm, goals?.warm),
    showRatio(ratio.effects, goals?.effects),
    [cpu.cold, cpu.warm, cpu.effects].map((time) => (time ? digits(time.median) : '–')).join(' '),
    peak,
    nanosecondsPerUnit ? showSpread(nanosecondsPerUnit) : '',
    warmOverBaseline === null ? '' : warmOverBaseline.toFixed(2),
  ]);
}

const say = (line: string) => {
  if (!options.json) console.log(line);
};
const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} threads, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)} at the start`;
say(`${machine}; ${rounds} rounds a case: median [range]`);
say(
  inColumns([
    'case',
    'cold vs grf /goal',
    'warm vs grf /goal',
    'effects vs grf /goal',
    'CPU ms',
    'peak MB',
    'ns a unit, warm',
    'warm against the baseline',
  ]),
);
const results: CaseResult[] = [];
for (const given of chosen) {
  const result = resultOf(given, runRounds(given, given.kind === 'plain' ? ['--no-expose-wasm'] : []));
  results.push(result);
  say(lineOf(result));
}
rmSync(dirname(program), { recursive: true, force: true });

if (options.json) console.log(JSON.stringify({ machine, rounds, results }, null, 1));
else
  say(
    'predictor: milliseconds of 1,000 rows, hence microseconds a row; without (cold, warm) and with the variance. ' +
      'Unit: a row met by the scan of a tried covariate at one level of a tree.',
  );
if (options.save) {
  const figures = Object.fromEntries(results.map(({ name, yardsticks }) => [name, yardsticks]));
  const ours = {
    measured: `${new Date().toISOString().slice(0, 10)}, ${machine}`,
    yardsticks: { ...baseline.ours.yardsticks, ...figures },
  };
  writeFileSync(BASELINE, `${JSON.stringify({ ...baseline, ours }, null, 2)}\n`);
}
