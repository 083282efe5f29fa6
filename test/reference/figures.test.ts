/**
 * Every figure of every reference case, by the same code as `npm run check:reference`, and proof that this code can fail.
 * Allowances: 1e-9 of the figure's largest number, 1e-8 for variances and what is made of them (figures.ts).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkCase, differenceOf } from './check-case.js';
import { FIGURES, LEFT_OUT } from './figures.js';

const folder = fileURLToPath(new URL('fixtures', import.meta.url));
const cases = readdirSync(folder).filter((file) => file.endsWith('.json'));
const read = (file: string): Record<string, unknown> => JSON.parse(readFileSync(join(folder, file), 'utf8'));

test('there are cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(9);
});

test.each(cases)('%s', (file) => {
  const figures = checkCase(read(file));
  expect(figures.length).toBeGreaterThan(2);
  expect(figures.filter(({ verdict }) => verdict === 'off' || verdict === 'unknown')).toEqual([]);
});

test('nothing is left out that can be computed', () => {
  const stale = Object.keys(LEFT_OUT).filter((start) => Object.keys(FIGURES).some((name) => name.startsWith(start)));
  expect(stale).toEqual([]);
});

describe('the check can fail', () => {
  const altered = (name: string, change: (fields: Record<string, never>) => void) => {
    const fields = read('causal-randomized.json');
    change(fields as Record<string, never>);
    return checkCase(fields).find((figure) => figure.name === name);
  };

  test.each<[string, (fields: { [name: string]: never }) => void]>([
    ['scores', ({ scores }) => ((scores as number[])[7] += 1e-6)],
    ['scores', ({ scores }) => (scores as number[]).pop()],
    ['scores', ({ scores }) => ((scores as unknown[])[7] = null)],
    ['oob.predictions', ({ oob }) => ((oob as { predictions: number[] }).predictions[0] *= 1 + 1e-6)],
    [
      'new.variance.estimates',
      ({ new: fresh }) => ((fresh as Record<string, number[]>)['variance.estimates'][3] *= 1.001),
    ],
    ['ate.AIPW.treated', ({ ate }) => ((ate as Record<string, number[]>)['AIPW.treated'][1] *= 1 + 1e-6)],
    ['blp.HC2.rows', ({ blp }) => ((blp as Record<string, { rows: number[][] }>).HC2.rows[1][3] *= 1.001)],
    ['splitFrequencies', ({ splitFrequencies }) => (splitFrequencies as number[][])[3][4]++],
    // A forest that is not the one of the figures.
    ['oob.predictions', ({ Y }) => ((Y as number[])[0] += 0.01)],
  ])('%s, altered', (name, change) => {
    expect(altered(name, change)?.verdict).toBe('off');
  });

  test('a figure of a name that nothing computes', () => {
    expect(altered('scoresHC3', (fields) => ((fields as Record<string, unknown>).scoresHC3 = [1, 2]))).toMatchObject({
      verdict: 'unknown',
      reason: 'no figure of this name',
    });
    expect(
      altered('ate.AIPW.some', ({ ate }) => ((ate as Record<string, unknown>)['AIPW.some'] = [1, 2]))?.verdict,
    ).toBe('unknown');
  });

  test('a figure that this kind of forest does not have', () => {
    const found = checkCase({ ...read('regression.json'), scores: [1, 2, 3] }).find(({ name }) => name === 'scores');
    expect(found).toMatchObject({ verdict: 'unknown', reason: 'not for a regressionForest' });
  });

  test('a case without a forest is refused, unless it is one that is known to be left out', () => {
    expect(() => checkCase({ case: 'other', scores: [1] })).toThrow(/X must be a list; received undefined/);
    expect(checkCase({ case: 'qini', scores: [1] })).toMatchObject([{ name: 'scores', verdict: 'leftOut' }]);
  });
});

describe('difference', () => {
  test.each<[unknown, unknown, boolean, number]>([
    [[1, 2], [1, 2], false, 0],
    [[1, 2.02], [1, 2], false, 0.01],
    [[1.01, 2], [1, 2], false, 0.005],
    [[[1.01, 2]], [[1, 2]], true, 0.01],
    [[0, 0], [0, 0], false, 0],
    [[Number.NaN, 1], [null, 1], false, 0],
    [[Number.NaN, 1], [0, 1], false, Number.POSITIVE_INFINITY],
    [[0, 1], [null, 1], false, Number.POSITIVE_INFINITY],
    [[1], [1, 2], false, Number.POSITIVE_INFINITY],
    [[[1]], [[1, 2]], false, Number.POSITIVE_INFINITY],
    [['a'], ['a'], false, 0],
    [['a'], ['b'], false, Number.POSITIVE_INFINITY],
    [['1'], [1], false, Number.POSITIVE_INFINITY],
    [Float64Array.of(1, 2), [1, 2], false, 0],
    [3, 3, false, 0],
  ])('%j, %j', (actual, expected, byColumn, difference) => {
    expect(differenceOf(actual, expected, { byColumn })).toBeCloseTo(difference, 12);
  });
});

test('the command ends non-zero and names what is wrong', () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'cases-'));
  const run = () =>
    spawnSync('npx', ['tsx', fileURLToPath(new URL('check-reference.ts', import.meta.url)), elsewhere], {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    });
  try {
    expect(run()).toMatchObject({ status: 1, stdout: expect.stringContaining('no .json file') });
    const fields = read('regression.json');
    (fields.variableImportance as number[])[0] += 0.1;
    writeFileSync(join(elsewhere, 'a.json'), JSON.stringify({ ...fields, other: 3 }));
    writeFileSync(join(elsewhere, 'b.json'), '{');
    const { status, stdout } = run();
    expect(status).toBe(1);
    expect(stdout).toMatch(/variableImportance .* OFF\n/);
    expect(stdout).toMatch(/other .* NOT CHECKED: no figure of this name\n/);
    expect(stdout).toMatch(/oob\.predictions .* equal\n/);
    expect(stdout).toMatch(/b\.json\n {2}CANNOT BE READ/);
    expect(stdout).toMatch(/2 files: 6 figures equal, 1 off, 1 not checked, 0 left out .*, 1 files unreadable/);
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});
