/**
 * The README's R code writes what `fromGrf` reads: its field names always, and where R with jsonlite is installed what it
 * writes, from objects made of the reference cases (`r-object.R`).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fromGrf } from '../../src/import/from-grf.js';
import { FIELD_NAMES, type GrfForest, type GrfTree } from '../../src/import/layout.js';
import { exportOf } from '../support/grf-forest.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const code = readme.match(/```r\n([\s\S]*?)```/)?.[1] as string;
const [ofTrees, ofForest] = code.split('W <- forest$W.orig') as [string, string];
const names = (text: string) => [...text.matchAll(/[\s(]([A-Za-z]+) = /g)].map(([, name]) => name as string);

const TREE: Record<keyof GrfTree, true> = {
  root: true,
  left: true,
  right: true,
  splitVariable: true,
  splitValue: true,
  missingGoesLeft: true,
  drawnSamples: true,
  leafSamples: true,
};
const REQUIRED: (keyof GrfForest['forest'])[] = ['ciGroupSize', 'trees'];

test('a tree has every field of a tree', () => {
  expect(names(ofTrees).sort()).toEqual(Object.keys(TREE).sort());
});

test('the forest has every field but the settings, which are optional', () => {
  const written = names(ofForest).filter((name) => !['digits', 'na', 'null', ...REQUIRED].includes(name));
  expect(written.sort()).toEqual(FIELD_NAMES.filter((name) => name !== 'settings').sort());
  for (const name of REQUIRED) expect(names(ofForest)).toContain(name);
});

const hasR = spawnSync('Rscript', ['-e', 'library(jsonlite)']).status === 0;

describe.skipIf(!hasR)('run by R, it writes what the case holds', () => {
  test.each([
    ['causal-missing', 'causalForest'],
    ['causal-clusters-weights', 'causalForest'],
    ['causal-clusters-equalized', 'causalForest'],
    ['instrumental', 'instrumentalForest'],
    ['multi-arm', 'multiArmForest'],
    ['regression', 'regressionForest'],
  ] as const)('%s', (name, kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'r-code-'));
    try {
      const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));
      writeFileSync(join(folder, 'code.R'), code);
      const run = [path('r-object.R'), path(`../reference/fixtures/${name}.json`), join(folder, 'code.R'), folder];
      expect(spawnSync('Rscript', run, { encoding: 'utf8' })).toMatchObject({ status: 0 });
      const written = fromGrf(readFileSync(join(folder, 'forest.json'), 'utf8'), { kind }) as { outOfBag: object };
      const known = fromGrf(exportOf(name), { kind }) as { outOfBag: object };
      // R writes 15 significant digits of numbers that have no more.
      expect(written.outOfBag).toEqual(known.outOfBag);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
