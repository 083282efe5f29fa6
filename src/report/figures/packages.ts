/**
 * The packages that draw, loaded when the first figure is drawn: Observable Plot makes the marks, linkedom stands in for a
 * page where there is none (Node), resvg turns pictures into pixels. All are optional: whoever only prints text needs
 * none. The only file of this room that asks which platform it runs on, by looking for a page.
 */
import { MissingPackageError } from '../../base/errors.js';

/** Plot, and the document in which it makes elements. */
export interface Drawing {
  readonly plot: typeof import('@observablehq/plot');
  readonly page: Document;
}

/** The versions this library is tested with. */
const VERSIONS = { '@observablehq/plot': '0.6.17', linkedom: '0.18.14', '@resvg/resvg-js': '2.6.2' } as const;

let opened: Promise<Drawing> | null = null;

/**
 * Draws with the page's own document in a browser, with linkedom's elsewhere.
 * @throws MissingPackageError where Plot, or outside browsers linkedom, is not installed
 */
export function openDrawing(): Promise<Drawing> {
  opened ??= open().catch((error: unknown) => {
    // A later call may find the package installed.
    opened = null;
    throw error;
  });
  return opened;
}

async function open(): Promise<Drawing> {
  // `.catch` on the import itself: bundlers then only warn where the package is absent.
  const plot = await import('@observablehq/plot').catch(missing('@observablehq/plot', 'Drawing figures'));
  return { plot, page: globalThis.document ?? (await standIn()) };
}

async function standIn(): Promise<Document> {
  const { parseHTML } = (await imported('linkedom').catch(
    missing('linkedom', 'Drawing figures outside a browser'),
  )) as typeof import('linkedom');
  return parseHTML('<!doctype html><html><body></body></html>').document;
}

/** @throws MissingPackageError where @resvg/resvg-js is not installed */
export async function loadResvg(): Promise<typeof import('@resvg/resvg-js')> {
  const found = await imported('@resvg/resvg-js').catch(missing('@resvg/resvg-js', 'Turning figures into PNG'));
  return found as typeof import('@resvg/resvg-js');
}

/** By a name that bundlers do not follow: what only Node needs must not enter a bundle for browsers. */
const imported = (name: keyof typeof VERSIONS): Promise<unknown> =>
  import(/* @vite-ignore */ /* webpackIgnore: true */ name);

const missing =
  (name: keyof typeof VERSIONS, purpose: string) =>
  (error: unknown): never => {
    const explained = new MissingPackageError(name, VERSIONS[name], purpose);
    explained.cause = error;
    throw explained;
  };
