import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** A room imports itself and rooms before it; type-only imports obey too. */
const ORDER = [
  'base',
  'kernels',
  'threads',
  'math',
  'simulate',
  'data',
  'penalized',
  'tree',
  'forest',
  'nuisance',
  'causal',
  'import',
  'effects',
  'diagnostics',
  'policy',
  'study',
  'report',
];
/**
 * Entry points at the edge: they may import any room, no room imports them (node reads files through csv). `worker` is the
 * entry point of another thread: it reaches the library as text, never as an import.
 */
const EDGE = ['csv', 'node', 'worker', 'command'];
/** Rooms that run in Node alone. */
const NODE = ['node', 'command'];
/** Edges that an edge builds upon. */
const edgesOf = (room: string): readonly string[] =>
  room === 'command' ? ['csv', 'node'] : room === 'node' ? ['csv'] : [];
/**
 * The two files that may ask which platform they run on, by features at run time: one finds threads, and does without where
 * there are none; one draws in the page's document, and where there is none in a stand-in. Neither imports anything of a
 * platform. Everything else in `src` but the rooms of Node is the same everywhere. The text of the page's own script runs in a
 * page only. (A study's windows are called `window`, so that word is not looked for.)
 */
const PLATFORM = ['report/figures/packages.ts', 'threads/spawn.ts'];
const PAGE_SCRIPT = 'report/html/script.ts';
const PLATFORM_GLOBALS = /\b(?:process|Buffer|require|document|navigator|Blob|createObjectURL|new Worker)\b\s*[.(?]/;
/** Packages and the one room, or folder of a room, that may import each. */
const OWNER: Readonly<Record<string, string>> = {
  'ml-matrix': 'math',
  seedrandom: 'math',
  'simple-statistics': 'math',
  papaparse: 'csv',
  hyparquet: 'node',
  'hyparquet-compressors': 'node',
  '@observablehq/plot': 'report/figures',
  linkedom: 'report/figures',
  '@resvg/resvg-js': 'report/figures',
};

const source = fileURLToPath(new URL('../src', import.meta.url));

interface Import {
  readonly from: string;
  readonly specifier: string;
}

/** Every static, type-only, re-exporting and dynamic import of a text. */
function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = code.matchAll(
    /(?:^|[;\s])(?:import|export)\s+(?:type\s+)?[\w*{][^'";]*?\sfrom\s+['"]([^'"]+)['"]|(?:^|\s)import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g,
  );
  return Array.from(found, (match) => (match[1] ?? match[2] ?? match[3]) as string);
}

/** Why an import is against the rules, or null where it is not. */
function complaint({ from, specifier }: Import): string | null {
  const room = roomOf(from);
  if (!specifier.startsWith('.')) {
    if (specifier.startsWith('node:'))
      return NODE.includes(room) ? null : `${from} imports ${specifier} outside src/node`;
    const owner =
      OWNER[
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/')
      ];
    return owner === undefined || from.startsWith(`${owner}/`)
      ? null
      : `${from} imports ${specifier}, which only src/${owner} may`;
  }
  if (!specifier.endsWith('.js')) return `${from} imports ${specifier} without .js`;
  const target = roomOf(relative(source, resolve(source, dirname(from), specifier)));
  if (target === room) return null;
  if (EDGE.includes(target)) return edgesOf(room).includes(target) ? null : `${from} imports the entry point ${target}`;
  if (!ORDER.includes(target)) return `${from} imports ${specifier}, which is in no known room`;
  if (EDGE.includes(room) || room === '') return null;
  return ORDER.indexOf(target) < ORDER.indexOf(room) ? null : `${from} imports ${target}, which stands above ${room}`;
}

/** The first folder of a path below src; '' for files in src itself. */
const roomOf = (path: string): string => (path.includes('/') ? (path.split('/')[0] as string) : '');

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'));
const textOf = (path: string): string => readFileSync(join(source, path), 'utf8');

describe('layers', () => {
  test('every room has its place in the order', () => {
    const rooms = new Set(files.map(roomOf).filter((room) => room !== ''));
    expect([...rooms].filter((room) => !ORDER.includes(room) && !EDGE.includes(room))).toEqual([]);
  });

  test('rooms import only themselves and rooms before them', () => {
    const all = files.flatMap((from) => importsOf(textOf(from)).map((specifier) => ({ from, specifier })));
    expect(all.length).toBeGreaterThan(20);
    expect(all.map(complaint).filter((found) => found !== null)).toEqual([]);
  });

  test('chance comes from src/math/random.ts alone', () => {
    const offenders = files.filter((path) => /Math\.random\s*\(/.test(textOf(path).replace(/\/\*[\s\S]*?\*\//g, '')));
    expect(offenders).toEqual([]);
  });

  test('two files ask for the platform', () => {
    const code = (path: string) => textOf(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    const asking = files.filter((path) => !NODE.includes(roomOf(path)) && PLATFORM_GLOBALS.test(code(path)));
    expect(asking.sort()).toEqual([...PLATFORM, PAGE_SCRIPT].sort());
  });

  test('source files stay under 350 lines', () => {
    expect(files.filter((path) => textOf(path).split('\n').length > 351)).toEqual([]);
  });
});

describe('the rules themselves', () => {
  test('every form of import is seen', () => {
    const text = `
      import { a } from './a.js';
      import type { B } from "./b.js";
      import c, { type D } from './c.js';
      import * as e from 'e';
      import './f.js';
      export { g } from './g.js';
      export * from './h.js';
      export type { I } from './i.js';
      const j = await import('./j.js');
      type K = import('./k.js').K;
      import {
        l,
        m,
      } from './l.js';
      // import { no } from './no.js';
      /* import './never.js'; */
    `;
    const expected = ['a', 'b', 'c', 'f', 'g', 'h', 'i', 'j', 'k', 'l'].map((name) => `./${name}.js`);
    expect(importsOf(text).sort()).toEqual([...expected, 'e'].sort());
  });

  test.each([
    ['tree/x.ts', '../forest/executor.js', 'above'],
    ['base/x.ts', '../math/sums.js', 'above'],
    ['data/x.ts', '../csv/index.js', 'entry point'],
    ['index.ts', './node/index.js', 'entry point'],
    ['data/x.ts', 'node:fs', 'outside src/node'],
    ['threads/x.ts', 'node:worker_threads', 'outside src/node'],
    ['threads/x.ts', '../forest/train-forest.js', 'above'],
    ['forest/x.ts', '../worker/index.js', 'entry point'],
    ['effects/x.ts', 'ml-matrix', 'only src/math'],
    ['math/x.ts', 'papaparse', 'only src/csv'],
    ['tree/x.ts', 'seedrandom/lib/alea.js', 'only src/math'],
    ['report/x.ts', '@observablehq/plot', 'only src/report/figures'],
    ['report/html/x.ts', 'linkedom', 'only src/report/figures'],
    ['study/x.ts', '@resvg/resvg-js', 'only src/report/figures'],
    ['data/x.ts', '../base/errors', 'without .js'],
    ['data/x.ts', '../attic/x.js', 'no known room'],
  ])('%s must not import %s', (from, specifier, reason) => {
    expect(complaint({ from, specifier })).toContain(reason);
  });

  test.each([
    ['forest/x.ts', '../tree/grow.js'],
    ['forest/x.ts', '../threads/divide.js'],
    ['worker/index.ts', '../causal/predict-effects.js'],
    ['data/x.ts', './cells.js'],
    ['data/deep/x.ts', '../cells.js'],
    ['node/x.ts', '../csv/index.js'],
    ['node/x.ts', '../forest/plan.js'],
    ['node/x.ts', 'node:worker_threads'],
    ['index.ts', './causal/causal-forest.js'],
    ['math/x.ts', 'seedrandom/lib/alea.js'],
    ['report/figures/x.ts', '@observablehq/plot'],
  ])('%s may import %s', (from, specifier) => {
    expect(complaint({ from, specifier })).toBeNull();
  });
});
