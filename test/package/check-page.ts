/**
 * The pages in a real browser, if there is one (CHROMIUM=path, else /usr/bin/chromium): the page of a small study, made here
 * in English and Chinese, and the service-training page where `npm run report` has written it. Each is opened from a file at
 * 375 and 1280 pixels: no request leaves it, nothing is said on the console, nothing scrolls sideways but tables in their
 * boxes, every picture and table is filled, a table is saved as CSV and copied, the keyboard reaches everything, tables fit on
 * paper, and axe finds no serious fault. Figures drawn in the page's own document have the bytes of those drawn in Node, without what
 * stands in for a page there. Needs no build.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseCsv } from 'causal-forest/csv';
import { htmlReport } from 'causal-forest/report';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { PICTURES } from '../report/figures/pictures.js';
import { SMALL_STUDY } from '../support/small-study.js';

const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(browserPath)) {
  console.log(`no browser at ${browserPath}: pages were not checked (set CHROMIUM to the path of one)`);
  process.exit(0);
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe returns, as far as it is read here. */
interface Fault {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: unknown }[];
}

function insist(condition: boolean, complaint: string): asserts condition {
  if (!condition) throw new Error(complaint);
}

const folder = mkdtempSync(join(tmpdir(), 'causal-forest-page-'));
const browser = await chromium.launch({
  executablePath: browserPath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
try {
  await drawInPage(browser);
  for (const [path, name] of await pages())
    for (const width of [375, 1280]) await check(browser, path, `${name} at ${width} px`, width);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Every kind of picture, drawn in a page as a bundler would put it there. */
async function drawInPage(running: Browser): Promise<void> {
  const bundle = await build({
    stdin: {
      contents: "import { PICTURES } from './pictures.js'; globalThis.draw = (name) => PICTURES[name](345);",
      resolveDir: fileURLToPath(new URL('../report/figures', import.meta.url)),
    },
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    metafile: true,
    logLevel: 'error',
  });
  const inside = Object.keys(bundle.metafile.inputs);
  insist(!inside.some((path) => /linkedom|resvg/.test(path)), 'the bundle for browsers holds what only Node needs');
  const page = await running.newPage();
  await page.addScriptTag({ content: bundle.outputFiles[0].text });
  for (const [name, draw] of Object.entries(PICTURES)) {
    const there = await page.evaluate(
      (which) => (globalThis as unknown as { draw: (one: string) => Promise<string> }).draw(which),
      name,
    );
    insist(there === (await draw(345)), `${name}: the browser draws other bytes than Node`);
  }
  await page.close();
  console.log(`${Object.keys(PICTURES).length} pictures have the same bytes in the browser's document as in Node's`);
}

async function pages(): Promise<[path: string, name: string][]> {
  const found: [string, string][] = [];
  for (const language of ['en', 'zh'] as const) {
    const path = join(folder, `${language}.html`);
    writeFileSync(path, await htmlReport(SMALL_STUDY, { language }));
    found.push([path, `small study, ${language}`]);
  }
  const report = fileURLToPath(new URL('../../examples/service-training/out/report.html', import.meta.url));
  if (existsSync(report)) found.push([report, 'service training']);
  else console.log('the service-training page is not there to be checked: npm run report writes it');
  return found;
}

async function check(running: Browser, path: string, name: string, width: number): Promise<void> {
  const context = await running.newContext({ viewport: { width, height: 800 }, acceptDownloads: true });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const asked: string[] = [];
  const said: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  const address = pathToFileURL(path).href;
  await page.goto(address);
  // First, while nothing has the focus yet.
  const stops = await keyboardStops(page, name);

  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  insist(sideways <= 0, `${name}: the page is ${sideways} px wider than the screen`);
  const filled = await filledParts(page);
  insist(
    filled.pictures > 0 && filled.tables > 0 && filled.empty.length === 0,
    `${name}: empty ${filled.empty.join(', ')}`,
  );
  const saved = await saveTable(page, name);
  await copyTable(page, name);

  // axe is put in from outside the page: the page's own policy holds for the page.
  const session = await context.newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: AXE });
  const { result } = (await session.send('Runtime.evaluate', {
    expression: 'axe.run(document).then(({ violations }) => JSON.stringify(violations))',
    awaitPromise: true,
  })) as { result: { value: string } };
  const faults = JSON.parse(result.value) as Fault[];
  const serious = faults.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  insist(
    serious.length === 0,
    `${name}: ${serious.map(({ id, nodes }) => `${id} at ${JSON.stringify(nodes[0]?.target)} and ${nodes.length - 1} more`).join('; ')}`,
  );

  // Paper: A4 less margins of 15 mm, at 96 pixels an inch.
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 681, height: 1000 });
  const tooWide = await page.evaluate(() =>
    Array.from(document.querySelectorAll('table'), ({ scrollWidth }) => scrollWidth).filter(
      (wide) => wide > window.innerWidth,
    ),
  );
  insist(tooWide.length === 0, `${name}: on paper, tables are ${tooWide.join(', ')} pixels wide`);

  insist(said.length === 0, `${name}: on the console: ${said.join('; ')}`);
  const outside = asked.filter((url) => url !== address && !url.startsWith('blob:'));
  insist(outside.length === 0, `${name}: requests ${outside.join(', ')}`);
  await context.close();
  console.log(
    `${name}: ${filled.pictures} pictures and ${filled.tables} tables filled, ${saved} rows saved, ${stops} stops by keyboard, ` +
      `${faults.length === 0 ? 'no fault' : `minor faults ${faults.map(({ id }) => id).join(', ')}`}`,
  );
}

/** Pictures and tables in sight, and what is empty or outside the screen. */
function filledParts(page: Page) {
  return page.evaluate(() => {
    const empty: string[] = [];
    const pictures = Array.from(document.querySelectorAll('figure svg[role=img]')).filter(
      (picture) => picture.getBoundingClientRect().width > 0,
    );
    for (const picture of pictures) {
      const { left, right } = picture.getBoundingClientRect();
      const name = picture.querySelector('title')?.textContent ?? '';
      if (name === '' || left < 0 || right > window.innerWidth) empty.push(`picture ${name}`);
      // What a browser's own fonts make of the labels: none beyond the picture.
      for (const text of Array.from(picture.querySelectorAll('text'))) {
        const box = text.getBoundingClientRect();
        if (box.width === 0 || box.left < left - 1 || box.right > right + 1) empty.push(`label ${text.textContent}`);
      }
    }
    const tables = Array.from(document.querySelectorAll('table'));
    for (const table of tables)
      if (table.tBodies[0]?.rows.length === 0 || table.caption?.textContent === '') empty.push(`table ${table.id}`);
    return { pictures: pictures.length, tables: tables.length, empty };
  });
}

/** The last table as a file: as many rows as in the page, numbers that are numbers. */
async function saveTable(page: Page, name: string): Promise<number> {
  const last = page.locator('button[data-do=download]').last();
  const [download] = await Promise.all([page.waitForEvent('download'), last.click()]);
  insist(/^[\w-]+\.csv$/.test(download.suggestedFilename()), `${name}: a file named ${download.suggestedFilename()}`);
  const text = readFileSync(await download.path(), 'utf8');
  insist(text.startsWith('\ufeff') && text.endsWith('\r\n'), `${name}: the CSV file lacks its mark or its end`);
  const columns = Object.values(parseCsv(text.slice(1).replace(/^.*\r\n/, (head) => numbered(head))));
  const rows = await page.locator('table').last().locator('tbody tr').count();
  insist(
    columns.length > 2 && columns[0]?.length === rows,
    `${name}: ${columns[0]?.length} of ${rows} rows were saved`,
  );
  const numbers = columns.flatMap((column) => Array.from(column)).filter((cell) => /\d/.test(String(cell)));
  insist(
    numbers.some((cell) => Number.isFinite(Number(cell))),
    `${name}: no number in the CSV file`,
  );
  insist(!text.includes('\u2212'), `${name}: a minus for readers in a file for programs`);
  return rows;
}

/** Headings may repeat ("to" twice): numbers instead. */
function numbered(head: string): string {
  return `${Array.from(head.trim().split(','), (_, k) => `c${k}`).join(',')}\r\n`;
}

async function copyTable(page: Page, name: string): Promise<void> {
  await page.locator('button[data-do=copy]').first().click();
  await page.waitForFunction(() => document.getElementById('status')?.textContent !== '');
  const told = await page
    .locator('#status')
    .evaluate((status: HTMLElement) => [status.textContent, status.dataset.copied]);
  insist(told[0] === told[1], `${name}: copying said ${told[0]}`);
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  const rows = await page.locator('table').first().locator('tr').count();
  insist(
    copied.split('\n').length === rows && copied.includes('\t'),
    `${name}: the clipboard holds ${copied.slice(0, 80)}`,
  );
}

/** Tab from the top: the skip link first, a visible focus everywhere, every button and table box among the stops. */
async function keyboardStops(page: Page, name: string): Promise<number> {
  const expected = await page.locator('a[href], button:not([hidden]), [tabindex="0"]').count();
  const reached = new Set<string>();
  for (let k = 0; k < expected; k++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const one = document.activeElement as HTMLElement;
      const { left, right } = one.getBoundingClientRect();
      const style = getComputedStyle(one);
      const all = Array.from(document.querySelectorAll('*'));
      return {
        key: String(all.indexOf(one)),
        text: one.textContent ?? '',
        seen: right > 0 && left < window.innerWidth,
        outline: style.outlineStyle,
        skip: one.className === 'skip',
      };
    });
    insist(k > 0 || stop.skip, `${name}: the first stop is ${stop.text.slice(0, 40)}`);
    insist(stop.seen && stop.outline !== 'none', `${name}: no visible focus on ${stop.text.slice(0, 40)}`);
    reached.add(stop.key);
  }
  insist(reached.size === expected, `${name}: the keyboard reaches ${reached.size} of ${expected} stops`);
  return reached.size;
}
