/**
 * The package as a user gets it: packed, installed elsewhere, imported as ESM and as CommonJS, typed, bundled for the
 * browser, and small. Run after `npm run build`; ends non-zero at the first failure.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Bytes of each entry bundled for the browser, minified and gzipped. Raise only in the commit that earns it. */
const CEILINGS = { index: 236_000, csv: 14_000, report: 28_000, simulate: 4_000 } as const;

const root = fileURLToPath(new URL('../..', import.meta.url));
const elsewhere = mkdtempSync(join(tmpdir(), 'causal-forest-'));
const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const USE = `
const { columns, covariateNames } = simulateTrial({ rowCount: 400, seed: 7 });
const trial = createTrial(columns, { covariates: covariateNames, treatment: 'treatment', outcomes: { y: 'outcome' } });
Promise.all([0, 1, 2].map((workers) => fitCausalForest(trial, { numTrees: 50, seed: 7, workers }))).then((fits) => {
  const [alone, ...divided] = fits.map((fit) => JSON.stringify([fit.forest, fit.outOfBag, fit.nuisance, fit.warnings]));
  if (divided.some((bits) => bits !== alone)) throw new Error('workers change the result');
  const forest = fits[0];
  const { estimate, standardError } = averageEffect(forest);
  if (standardError === null || !(standardError > 0)) throw new Error('no standard error');
  console.log(estimate, parseCsv('a,b\\n1,2\\n').a[0], typeof readCsv, formatEstimate(averageEffect(forest)));
}).then(() => drawBalance({ title: 't', entries: [] })).then(
  (svg) => console.log('drawn:', svg.length),
  // Text needs no package; the first figure names the one that it misses.
  (error) => console.log(error.message),
);`;

try {
  run('npx', ['publint', '--strict'], root);
  const tarball = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', elsewhere], root))[0].filename;
  writeFileSync(join(elsewhere, 'package.json'), '{ "name": "user", "private": true }');
  run('npm', ['install', '--no-audit', '--no-fund', join(elsewhere, tarball)], elsewhere);

  const names = [
    ['{ averageEffect, createTrial, fitCausalForest }', 'causal-forest'],
    ['{ parseCsv }', 'causal-forest/csv'],
    ['{ readCsv }', 'causal-forest/node'],
    ['{ simulateTrial }', 'causal-forest/simulate'],
    ['{ drawBalance, formatEstimate }', 'causal-forest/report'],
  ];
  writeFileSync(
    join(elsewhere, 'use.mjs'),
    names.map(([what, from]) => `import ${what} from '${from}';`).join('\n') + USE,
  );
  writeFileSync(
    join(elsewhere, 'use.cjs'),
    names.map(([what, from]) => `const ${what} = require('${from}');`).join('\n') + USE,
  );
  const outputs = ['use.mjs', 'use.cjs'].map((file) => run('node', [file], elsewhere));
  if (outputs[0] !== outputs[1]) throw new Error(`ESM and CommonJS disagree: ${outputs.join(' / ')}`);
  console.log(`installed and run as ESM and CommonJS: ${outputs[0].trim()}`);

  const program = join(elsewhere, 'node_modules/.bin/causal-forest');
  run(program, ['simulate', '--rows', '300', '--out', 'trial.csv'], elsewhere);
  const declared = '--treatment treatment --outcome outcome --covariates x1,x2 --trees 50'.split(' ');
  const rows = JSON.parse(run(program, ['effects', 'trial.csv', ...declared, '--format', 'json'], elsewhere)).rows;
  if (!(rows[0].difference.standardError > 0)) throw new Error('the command line gives no standard error');
  console.log(`run from the command line: ${run(program, ['--version'], elsewhere).trim()}`);

  writeFileSync(
    join(elsewhere, 'use.ts'),
    names.map(([what, from]) => `import ${what} from '${from}';`).join('\n') + USE,
  );
  const types = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom'];
  for (const resolution of [
    ['--module', 'nodenext'],
    ['--module', 'esnext', '--moduleResolution', 'bundler'],
  ])
    run(join(root, 'node_modules/.bin/tsc'), [...types, ...resolution, 'use.ts'], elsewhere);
  console.log('types resolve under nodenext and bundler');

  for (const [entry, ceiling] of Object.entries(CEILINGS)) {
    const file = join(elsewhere, 'node_modules/causal-forest/dist', `${entry}.js`);
    const bundle = await build({
      entryPoints: [file],
      bundle: true,
      minify: true,
      write: false,
      platform: 'browser',
      format: 'esm',
      logLevel: 'silent',
    });
    const size = gzipSync(bundle.outputFiles[0].contents).length;
    if (size > ceiling) throw new Error(`${entry} bundles to ${size} bytes gzipped, above its ceiling of ${ceiling}`);
    console.log(`${entry} bundles for the browser: ${size} bytes gzipped (ceiling ${ceiling})`);
  }
  const forNode = join(elsewhere, 'node_modules/causal-forest/dist/node.js');
  const refused = await build({
    entryPoints: [forNode],
    bundle: true,
    write: false,
    platform: 'browser',
    logLevel: 'silent',
  }).then(
    () => false,
    () => true,
  );
  if (!refused) throw new Error('the node entry must not bundle for the browser');
  const { version } = JSON.parse(readFileSync(join(elsewhere, 'node_modules/causal-forest/package.json'), 'utf8'));
  console.log(`causal-forest ${version} is fit to be published`);
} finally {
  rmSync(elsewhere, { recursive: true, force: true });
}
