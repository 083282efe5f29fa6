/**
 * Workers in a real browser, if there is one (CHROMIUM=path, else /usr/bin/chromium): the built package, bundled by esbuild,
 * fits with and without workers on three pages: served plainly (arrays are copied), isolated from other origins (arrays
 * are shared), and under a policy that forbids workers (the calling thread serves, and says so).
 * Run after `npm run build`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const PAGE = `
import { createTrial, fitCausalForest } from 'causal-forest';
import { simulateTrial } from 'causal-forest/simulate';
const { columns, covariateNames } = simulateTrial({ rowCount: 400, seed: 7 });
const trial = createTrial(columns, { covariates: covariateNames, treatment: 'treatment', outcomes: { y: 'outcome' } });
const report = (text) => { document.title = text; document.body.textContent = text; return fetch('/report', { method: 'POST', body: text }); };
const fits = [];
try {
  for (const workers of [0, 1, 2]) fits.push(await fitCausalForest(trial, { numTrees: 50, workers }));
  const bits = ({ forest, outOfBag, nuisance }) => JSON.stringify([forest, { ...outOfBag, warnings: 0 }, nuisance]);
  const same = fits.every((fit) => bits(fit) === bits(fits[0]));
  const codes = fits.map(({ warnings }) => warnings.map(({ code }) => code).join());
  await report(JSON.stringify({ same, isolated: crossOriginIsolated, codes }));
} catch (error) {
  await report(String(error));
}
`;

const PAGES = [
  { name: 'plain', headers: {}, expected: { same: true, isolated: false, codes: ['', '', ''] } },
  {
    name: 'isolated',
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
    expected: { same: true, isolated: true, codes: ['', '', ''] },
  },
  {
    name: 'forbidding workers and code from text',
    headers: { 'Content-Security-Policy': "default-src 'self'" },
    expected: { same: true, isolated: false, codes: ['', 'WORKERS_UNAVAILABLE', 'WORKERS_UNAVAILABLE'] },
  },
] as const;

const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(browser)) {
  console.log(`no browser at ${browser}: workers in browsers were not checked (set CHROMIUM to the path of one)`);
  process.exit(0);
}

const bundle = await build({
  stdin: { contents: PAGE, resolveDir: fileURLToPath(new URL('../../dist', import.meta.url)), sourcefile: 'page.js' },
  alias: Object.fromEntries(
    ['causal-forest/simulate', 'causal-forest'].map((name) => [
      name,
      fileURLToPath(new URL(`../../dist/${name.split('/')[1] ?? 'index'}.js`, import.meta.url)),
    ]),
  ),
  bundle: true,
  minify: true,
  write: false,
  platform: 'browser',
  format: 'esm',
});
const script = bundle.outputFiles[0].text;

for (const { name, headers, expected } of PAGES) {
  let tell: (text: string) => void = () => {};
  const told = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        response.end();
        tell(text);
      });
    } else if (request.url === '/page.js') response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script);
    else
      response
        .writeHead(200, { 'Content-Type': 'text/html', ...headers })
        .end('<!doctype html><body><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const profile = mkdtempSync(join(tmpdir(), 'causal-forest-browser-'));
  const { port } = server.address() as AddressInfo;
  const running = spawn(
    browser,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      `--user-data-dir=${profile}`,
      '--remote-debugging-port=0',
      `http://127.0.0.1:${port}/`,
    ],
    { stdio: 'ignore' },
  );
  running.on('error', ({ message }) => tell(message));
  const ended = once(running, 'exit');
  const timer = setTimeout(() => tell('no answer within 60 seconds'), 60_000);
  const answer = await told;
  clearTimeout(timer);
  running.kill('SIGTERM');
  await ended;
  server.closeAllConnections();
  server.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  if (answer !== JSON.stringify(expected)) throw new Error(`page '${name}': ${answer}`);
  console.log(`page '${name}': as expected, ${answer}`);
}
