/** Pictures as pixels, and what is said where an optional package is absent. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { toPng } from '../../../src/report/figures/index.js';
import { PICTURES } from './pictures.js';

afterEach(() => {
  vi.doUnmock('@observablehq/plot');
  vi.doUnmock('linkedom');
  vi.doUnmock('@resvg/resvg-js');
  vi.resetModules();
});

test('a picture becomes a PNG of its size times the scale, and is not blank', async () => {
  const svg = await (PICTURES.overlap as (width: number) => Promise<string>)(345);
  const png = await toPng(svg, { scale: 3 });
  expect([...png.slice(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const size = new DataView(png.buffer, png.byteOffset + 16, 8);
  expect(size.getUint32(0)).toBe(345 * 3);
  const blank = await toPng(svg.replace(/<g[\s\S]*<\/g>/, ''), { scale: 3 });
  expect(png.length).toBeGreaterThan(2 * blank.length);
});

test('what is no picture is refused', async () => {
  await expect(toPng('<html></html>')).rejects.toThrow(/svg must be the text of an SVG picture/);
  await expect(toPng('<svg/>', { scale: 0 })).rejects.toThrow(/scale/);
});

describe('a package that is not installed is named, with the command that installs it', () => {
  const absent = (name: string) =>
    vi.doMock(name, () => {
      throw new Error(`Cannot find package '${name}'`);
    });

  test.each([
    ['@observablehq/plot', 'Drawing figures needs the package @observablehq/plot'],
    ['linkedom', 'Drawing figures outside a browser needs the package linkedom'],
  ])('%s', async (name, message) => {
    absent(name);
    const { drawBalance } = await import('../../../src/report/figures/index.js');
    const drawing = drawBalance({ title: 't', entries: [] });
    await expect(drawing).rejects.toMatchObject({ code: 'MISSING_PACKAGE', packageName: name });
    await expect(drawing).rejects.toThrow(`${message}, which could not be loaded; install it: npm install ${name}@`);
  });

  test('@resvg/resvg-js', async () => {
    absent('@resvg/resvg-js');
    const figures = await import('../../../src/report/figures/index.js');
    await expect(figures.toPng('<svg/>')).rejects.toMatchObject({ packageName: '@resvg/resvg-js' });
  });

  test('the versions named are those that the library is tested with', async () => {
    const { readFileSync } = await import('node:fs');
    const root = new URL('../../../', import.meta.url);
    const { devDependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(new URL('package.json', root), 'utf8'),
    );
    const text = readFileSync(new URL('src/report/figures/packages.ts', root), 'utf8');
    for (const name of ['@observablehq/plot', 'linkedom', '@resvg/resvg-js']) {
      expect(text).toMatch(new RegExp(`'?${name.replace('/', '\\/')}'?: '${devDependencies[name]}'`));
      expect(peerDependencies[name]).toBeDefined();
      expect(peerDependenciesMeta[name]).toEqual({ optional: true });
    }
  });
});
