/** The README's R code writes the fields that `fromGrf` reads: names only, since R does not run here. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FIELD_NAMES, type GrfForest, type GrfTree } from '../../src/import/layout.js';

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
