/**
 * The frame of every picture, from top to bottom: title, what is drawn (names and signs), panels, notes. Each part knows
 * its height before anything is drawn, from estimated widths of text, so nothing is clipped and no label meets another.
 * The picture is one labelled image for those who listen: `title` and `desc` say what it shows, its parts are silent.
 */
import { rejectUnknownKeys, requireInteger } from '../../base/options.js';
import { type Language, type Words, wordsOf } from '../words.js';
import { type Shape, shape, textShape, toText } from './svg.js';
import { textWidth, wrapText } from './text-size.js';
import { FONTS, INK, LINE, PAPER, SIZE, SOFT_INK } from './theme.js';

/** What every figure takes beside its data. */
export interface FigureOptions {
  readonly title: string;
  /** Sentences beneath the picture. */
  readonly notes?: readonly string[];
  /** Pixels, from 320 to 2000; default 720. Text keeps its size: a narrow picture is laid out anew, for phones 345 does. */
  readonly width?: number;
  /** Of the figure's own words; names are yours. Default 'en'. */
  readonly language?: Language;
}

/** Keys of FigureOptions, for figures' lists of known options. */
export const FIGURE_KEYS = ['title', 'notes', 'width', 'language'] as const;

/** The resolved frame. */
export interface Frame {
  readonly width: number;
  readonly words: Words;
  readonly title: string;
  readonly notes: readonly string[];
  /** Whether there is room for columns side by side. */
  readonly wide: boolean;
}

/** @throws InvalidOptionError for unknown keys and widths that nothing fits in */
export function resolveFrame(data: FigureOptions, known: readonly string[]): Frame {
  rejectUnknownKeys('figure', data, [...FIGURE_KEYS, ...known]);
  const width = requireInteger('width', data.width ?? 720, { min: 320, max: 2000 });
  return { width, words: wordsOf(data.language), title: data.title, notes: data.notes ?? [], wide: width >= 560 };
}

/** A sign and its meaning: `draw` makes the sign around (0, 0), 20 wide and 12 high. */
export interface Key {
  readonly label: string;
  readonly draw: () => readonly Shape[];
}

/** A part of the picture of known height, drawn with its upper left corner at (0, 0). */
export interface Block {
  readonly height: number;
  readonly shapes: readonly Shape[];
}

/** Space around everything. */
export const PADDING = 12;

/** The picture as text. `description` says in words what the picture shows. */
export function drawFrame(frame: Frame, description: string, keys: readonly Key[], blocks: readonly Block[]): string {
  const parts = [titleBlock(frame), keyBlock(frame, keys), ...blocks, notesBlock(frame)].filter(
    ({ height }) => height > 0,
  );
  const shapes: Shape[] = [];
  let y = PADDING;
  for (const part of parts) {
    shapes.push(shape('g', { transform: `translate(0,${y})` }, ...part.shapes));
    y += part.height;
  }
  const height = Math.ceil(y + PADDING - 4);
  return toText(
    shape(
      'svg',
      {
        xmlns: 'http://www.w3.org/2000/svg',
        viewBox: `0 0 ${frame.width} ${height}`,
        width: frame.width,
        height,
        role: 'img',
        'font-family': FONTS,
        'font-size': SIZE.text,
        fill: INK,
        color: INK,
      },
      shape('title', {}, frame.title),
      shape('desc', {}, description),
      shape('rect', { width: frame.width, height, fill: PAPER }),
      ...shapes,
    ),
  );
}

/** Lines of text, one under the other, as a block. */
export function linesBlock(
  lines: readonly string[],
  size: number,
  lineHeight: number,
  attributes: Readonly<Record<string, string | number>> = {},
  gap = 0,
): Block {
  return {
    height: lines.length === 0 ? 0 : lines.length * lineHeight + gap,
    shapes: lines.map((line, k) =>
      textShape(PADDING, (k + 0.75) * lineHeight, line, { 'font-size': size, ...attributes }),
    ),
  };
}

const titleBlock = ({ title, width }: Frame): Block =>
  linesBlock(
    wrapText(title, width - 2 * PADDING, SIZE.title, true),
    SIZE.title,
    LINE.title,
    { 'font-weight': 'bold' },
    4,
  );

const notesBlock = ({ notes, width }: Frame): Block => {
  const lines = notes.flatMap((note) => wrapText(note, width - 2 * PADDING, SIZE.small));
  const { height, shapes } = linesBlock(lines, SIZE.small, LINE.small, { fill: SOFT_INK });
  return { height: height && height + 6, shapes: [shape('g', { transform: 'translate(0,6)' }, ...shapes)] };
};

const SIGN = 26;
const BETWEEN = 16;

/** Signs and meanings in rows; a meaning too long for a row goes on in the next. */
function keyBlock({ width }: Frame, keys: readonly Key[]): Block {
  const shapes: Shape[] = [];
  let x = PADDING;
  let y = 0;
  for (const { label, draw } of keys) {
    const lines = wrapText(label, width - 2 * PADDING - SIGN, SIZE.text);
    const wide = SIGN + Math.max(...lines.map((line) => textWidth(line, SIZE.text)));
    if (x > PADDING && x + wide > width - PADDING) {
      x = PADDING;
      y += LINE.text + 2;
    }
    shapes.push(shape('g', { transform: `translate(${x + 10},${y + 8})` }, ...draw()));
    lines.forEach((line, k) => {
      shapes.push(textShape(x + SIGN, y + k * LINE.text + 12, line));
    });
    y += (lines.length - 1) * LINE.text;
    x += wide + BETWEEN;
  }
  return { height: keys.length === 0 ? 0 : y + LINE.text + 8, shapes };
}
