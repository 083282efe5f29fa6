/** The command line as a user types it: what it prints and writes, how it ends, and what it refuses. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../../src/base/version.js';
import { runCommand } from '../../src/command/run.js';
import { formatCsv, parseCsv } from '../../src/csv/index.js';
import { simulateTrial } from '../../src/simulate/index.js';

let folder: string;
const path = (name: string): string => join(folder, name);

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(
  words: string | readonly string[],
  given: {
    readonly stdin?: readonly (string | Buffer)[];
    readonly isTTY?: boolean;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Ended> {
  let out = '';
  let err = '';
  const take = (put: (text: string) => void) => ({ write: (text: string) => put(text), isTTY: given.isTTY ?? false });
  const code = await runCommand(typeof words === 'string' ? words.split(' ') : words, {
    stdin: Readable.from(given.stdin ?? []),
    stdout: take((text) => {
      out += text;
    }),
    stderr: take((text) => {
      err += text;
    }),
    signal: given.signal ?? new AbortController().signal,
  });
  return { code, out, err };
}

const { columns } = simulateTrial({ design: 'confounded', rowCount: 300, seed: 3 });
const table = formatCsv({
  ...columns,
  region: Array.from(columns.x4, (x) => (x > 0 ? 'north' : 'south')),
  services: Array.from(columns.x5, (x) => 5 + Math.abs(x)),
  y_w1: columns.outcome,
  y_w2: columns.outcome.map((y) => 2 * y),
});
const FAST = '--covariates x1,x2,x3 --trees 20 --workers 0';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'command-'));
  writeFileSync(path('trial.csv'), table);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('effects', () => {
  test('a table by default: every outcome and group, holes with their reasons', async () => {
    const { code, out, err } = await run(
      `effects ${path('trial.csv')} --treatment treatment --outcome outcome --groups region,x1:-9,0 ${FAST}`,
    );
    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\n');
    expect(lines.slice(0, 7).map((line) => line.slice(9, 28).trim())).toEqual([
      'group',
      '',
      'region: north',
      'region: south',
      'x1: under -9',
      'x1: -9 to under 0',
      'x1: 0 and over',
    ]);
    expect(lines[4]).toMatch(/ – +\[1\]$/);
    expect(out).toContain('[1] No row');
    expect(out).toContain('Romano–Wolf within a family: outcome (5)');
  });

  test('CSV and JSON hold the same numbers in full; a gzipped file from standard input gives them too', async () => {
    const words = `--treatment treatment --outcome income=outcome --outcome outcome/services --groups region ${FAST}`;
    const csv = await run(`effects ${path('trial.csv')} ${words} --format csv`);
    const json = await run(`effects - ${words} --format json`, { stdin: [gzipSync(table)] });
    expect([csv.code, json.code]).toEqual([0, 0]);
    const rows = JSON.parse(json.out).rows as { outcome: string; percent: { estimate: number; interval: number[] } }[];
    const cells = parseCsv(csv.out);
    expect(cells.outcome).toEqual(rows.map(({ outcome }) => outcome));
    expect(new Set(cells.outcome)).toEqual(new Set(['income', 'outcome/services']));
    expect((cells.percent as string[]).map(Number)).toEqual(rows.map(({ percent }) => percent.estimate));
    expect((cells.percentUpper as string[]).map(Number)).toEqual(rows.map(({ percent }) => percent.interval[1]));
  });

  test('windows by a pattern of columns', async () => {
    const { code, out } = await run(
      `effects ${path('trial.csv')} --treatment treatment --outcome y --windows w1,w2 --window-columns {column}_{window} ${FAST} --format csv`,
    );
    expect(code).toBe(0);
    const { window, difference } = parseCsv(out) as Record<string, string[]>;
    expect(window).toEqual(['w1', 'w2']);
    // The second window's outcome is twice the first one's.
    expect(Number(difference[1]) / Number(difference[0])).toBeCloseTo(2, 9);
  });

  test('progress on a terminal only, unless it is to be quiet', async () => {
    const words = `effects ${path('trial.csv')} --treatment treatment --outcome outcome ${FAST}`;
    const terminal = await run(words, { isTTY: true });
    expect(terminal.err).toMatch(/█/);
    expect(terminal.err.endsWith('\r\x1b[K')).toBe(true);
    expect((await run(`${words} --quiet`, { isTTY: true })).err).toBe('');
    expect((await run(words)).err).toBe('');
  });
});

describe('report', () => {
  const words = () =>
    `report ${path('trial.csv')} --treatment treatment --outcome outcome ${FAST} --out ${path('page.html')}`;

  test('one page with the title and the language asked for', async () => {
    const ended = await run([...words().split(' '), '--title', '训练试验', '--language', 'zh']);
    expect(ended).toEqual({ code: 0, out: '', err: '' });
    const page = readFileSync(path('page.html'), 'utf8');
    expect(page).toContain('<html lang="zh');
    expect(page).toContain('训练试验');
    expect(page).toContain('<svg');
  });

  test('interrupted, it leaves the page that was there and no half file', async () => {
    writeFileSync(path('page.html'), 'the page before');
    const before = readdirSync(folder);
    const interrupted = new AbortController();
    const running = run(words().replace('--trees 20', '--trees 4000'), { signal: interrupted.signal });
    setTimeout(() => interrupted.abort(new Error('interrupted')), 100);
    expect(await running).toEqual({ code: 130, out: '', err: 'causal-forest: interrupted; nothing was written\n' });
    expect(readdirSync(folder)).toEqual(before);
    expect(readFileSync(path('page.html'), 'utf8')).toBe('the page before');
  });
});

describe('simulate', () => {
  test('the trial of the library, with its truth where asked', async () => {
    const { code, out } = await run('simulate --design confounded --rows 300 --seed 3 --truth');
    expect(code).toBe(0);
    const cells = parseCsv(out) as Record<string, string[]>;
    expect(cells.outcome?.map(Number)).toEqual([...columns.outcome]);
    expect(Object.keys(cells).slice(-3)).toEqual(['trueEffect', 'truePropensity', 'trueBaseline']);
  });

  test('into a file', async () => {
    const ended = await run(`simulate --rows 10 --out ${path('small.csv')}`);
    expect(ended).toEqual({ code: 0, out: '', err: '' });
    expect(parseCsv(readFileSync(path('small.csv'), 'utf8')).x1).toHaveLength(10);
  });
});

test('a file that cannot be put in its place leaves no draft beside it', async () => {
  const before = readdirSync(tmpdir()).filter((name) => name.endsWith('.part'));
  // The folder itself is no file that could be replaced.
  const { code, err } = await run(`simulate --rows 10 --out ${folder}`);
  expect(code).toBe(1);
  expect(err).toContain('cannot be written');
  expect(readdirSync(tmpdir()).filter((name) => name.endsWith('.part'))).toEqual(before);
});

test('help and version', async () => {
  expect(await run('--version')).toEqual({ code: 0, out: `${VERSION}\n`, err: '' });
  for (const words of ['--help', 'report --help', 'effects -h', 'simulate --help']) {
    const { code, out, err } = await run(words);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(words === '--help' ? /Commands/ : /^Usage: causal-forest /);
  }
  expect(await run([])).toMatchObject({ code: 2, out: '' });
});

describe('refused in one line', () => {
  const effects = (words: string) => `effects ${path('trial.csv')} --covariates x1 --treatment treatment ${words}`;
  test.each([
    ['efects x.csv', 2, /no command 'efects' \(did you mean 'effects'\?\)/],
    ['effects', 2, /a file is missing/],
    ['effects a.csv b.csv --treatment w', 2, /2 words where 1 belong \(b.csv\)/],
    ['effects a.csv --treatmnt w', 2, /no option --treatmnt \(did you mean '--treatment'\?\)/],
    ['effects a.csv --treatment', 2, /--treatment/],
    ['effects a.csv --treatment w --treatment v', 2, /--treatment is given 2 times/],
    ['effects a.csv --treatment w --outcome y', 2, /--covariates is missing/],
    ['effects a.csv --covariates x --outcome y', 2, /--treatment \(or --designs\) is missing/],
    ['effects a.csv --covariates x --treatment w', 2, /--outcome is missing/],
    ['effects absent.csv --covariates x --treatment w --outcome y', 1, /'absent.csv' cannot be read/],
    ['report a.csv --covariates x --treatment w --outcome y', 2, /--out is missing/],
    ['report a.csv --covariates x --treatment w --outcome y --out absent/page.html', 1, /cannot be written/],
    ['report a.csv --covariates x --treatment w --outcome y --out page.html --language fr', 2, /en or zh/],
    ['simulate --rows many', 2, /--rows must be a number; received 'many'/],
    ['simulate --design curved', 2, /design must be one of/],
    ['simulate --out absent/trial.csv', 1, /cannot be written/],
  ])('%s', async (words, code, message) => {
    const ended = await run(words);
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toMatch(message);
    expect(ended.err).toMatch(/^causal-forest: [^\n]+\n$/);
  });

  test.each([
    ['--outcome a/b/c', 2, /none of COLUMN, A\/B, mean\(A\/B\)/],
    ['--outcome outcome --outcome outcome', 2, /two outcomes are called 'outcome'/],
    ['--outcome incomes', 1, /incomes/],
    ['--outcome outcome --format xml', 2, /--format must be one of table, csv, json/],
    ['--outcome outcome --level high', 2, /--level must be a number/],
    ['--outcome outcome --level 2', 2, /level must be/],
    ['--outcome outcome --target everyone', 2, /target must be one of/],
    ['--outcome outcome --windows w1,w2', 2, /belong together/],
    ['--outcome outcome --windows w1,w2 --window-columns x', 2, /\{column\} and \{window\}/],
    ['--outcome outcome --groups regionn', 1, /regionn/],
  ])('%s', async (words, code, message) => {
    const ended = await run(effects(words));
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toMatch(message);
    expect(ended.err).toMatch(/^causal-forest: [^\n]+\n$/);
  });

  test.each([
    ['an empty file', '', /the CSV text is empty/],
    ['a broken row', 'x1,treatment,y\n1,0,2\n1,0\n', /row 1 \(line 3\) has 2 cells where the header names 3/],
    ['a header alone', 'x1,treatment,y\n', /a header but no rows/],
  ])('%s', async (_, text, message) => {
    const ended = await run('effects - --covariates x1 --treatment treatment --outcome y', { stdin: [text] });
    expect(ended).toMatchObject({ code: 1, out: '' });
    expect(ended.err).toMatch(message);
  });
});
