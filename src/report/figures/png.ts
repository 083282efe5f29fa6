/** Pictures as pixels, in Node: resvg draws the SVG text with fonts of the machine, or with those it is given. */
import { InvalidOptionError } from '../../base/errors.js';
import { rejectUnknownKeys, requireNumber } from '../../base/options.js';
import { loadResvg } from './packages.js';

/** Options of `toPng`; defaults stand at each. */
export interface PngOptions {
  /** Pixels of the PNG for each of the SVG. Default 2. */
  readonly scale?: number;
  /** Paths of font files to draw with. Default: the machine's fonts, so that pictures differ between machines. */
  readonly fontFiles?: readonly string[];
}

/**
 * @param svg what a figure returned
 * @returns the bytes of a PNG file
 * @throws InvalidOptionError where `svg` is no picture; MissingPackageError where @resvg/resvg-js is not installed
 * @example await writeFile('figure.png', await toPng(svg))
 */
export async function toPng(svg: string, options: PngOptions = {}): Promise<Uint8Array> {
  rejectUnknownKeys('options', options, ['scale', 'fontFiles']);
  const scale = requireNumber('scale', options.scale ?? 2, { above: 0, max: 20 });
  if (typeof svg !== 'string' || !svg.trimStart().startsWith('<svg'))
    throw new InvalidOptionError('svg', svg, 'the text of an SVG picture');
  const { Resvg } = await loadResvg();
  const font = options.fontFiles
    ? { fontFiles: [...options.fontFiles], loadSystemFonts: false }
    : { loadSystemFonts: true };
  return new Uint8Array(new Resvg(svg, { fitTo: { mode: 'zoom', value: scale }, font }).render().asPng());
}
