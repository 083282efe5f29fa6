/**
 * Workers in a real browser, if there is one (CHROMIUM=path, else /usr/bin/chromium): the built package, bundled by esbuild,
 * fits with and without workers on three pages: served plainly (arrays are copied), isolated from other origins (arrays
 * are shared), and under a policy that forbids workers (the calling thread serves, and says so). All give Node's bits.
 * Run after `npm run build`.
 */
import { execFileSync, spawn } from 'node:child_process';
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
import { streamFor } from 'causal-forest/simulate';
const stream = streamFor(7, 'page');
const rows = Array.from({ length: 400 }, () => {
  // Uniform numbers, sums and products are the same everywhere; logarithms and the like are not.
  const [a, b, c] = [stream.uniform(), stream.uniform(), stream.uniform()];
  const treatment = stream.below(2);
  return { a, b, c, treatment, outcome: a * treatment + b + stream.uniform() };
});
const trial = createTrial(rows, { covariates: ['a', 'b', 'c'], treatment: 'treatment', outcomes: { y: 'outcome' } });
const report = (text) => globalThis.document ? fetch('/report', { method: 'POST', body: text }) : console.log(text);
const fits = [];
try {
  for (const workers of [0, 1, 2]) fits.push(await fitCausalForest(trial, { numTrees: 50, workers }));
  const bits = ({ forest, outOfBag, nuisance }) => JSON.stringify([forest, { ...outOfBag, warnings: 0 }, nuisance]);
  const same = fits.every((fit) => bits(fit) === bits(fits[0]));
  const sum = (value) => [...JSON.stringify(value)].reduce((total, letter) => (Math.imul(total, 31) + letter.charCodeAt(0)) | 0, 0);
  const { forest, outOfBag } = fits[0];
  const digest = [sum(forest), sum(outOfBag.effect), sum(outOfBag.variance)];
  const codes = fits.map(({ warnings }) => warnings.map(({ code }) => code).join());
  await report(JSON.stringify({ same, isolated: globalThis.crossOriginIsolated ?? null, codes, digest }));
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

// The same script in Node: a browser must come to the same bits.
const { digest } = JSON.parse(
  execFileSync(process.execPath, ['--input-type=module'], { input: script, encoding: 'utf8', maxBuffer: 1 << 20 }),
) as { readonly digest: readonly number[] };
console.log(`Node's bits sum up to ${digest}`);

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
    { stdio: 'ignore', detached: true },
  );
  running.on('error', ({ message }) => tell(message));
  const ended = once(running, 'exit');
  const timer = setTimeout(() => tell('no answer within 60 seconds'), 60_000);
  const answer = await told;
  clearTimeout(timer);
  // The whole group: the browser's helpers would go on writing to its profile.
  if (running.pid !== undefined) process.kill(-running.pid, 'SIGKILL');
  await ended;
  server.closeAllConnections();
  server.close();
  try {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  } catch (error) {
    console.log(`the browser's profile stays behind: ${String(error)}`);
  }
  if (answer !== JSON.stringify({ ...expected, digest })) throw new Error(`page '${name}': ${answer}`);
  console.log(`page '${name}': as expected, ${answer}`);
}
