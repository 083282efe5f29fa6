/**
 * Pictures as plain trees, and as text. Plot's elements and our own meet here: one writer for both, so that a picture
 * has the same bytes whichever document drew it, is well-formed XML (a browser's own writer knows HTML only), and stands
 * one element a line, fit for a review of differences. Coordinates are written to a hundredth of a pixel.
 */
import { escapeText } from '../escape.js';

/** An element of a picture. */
export interface Shape {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (Shape | string)[];
}

export const shape = (
  name: string,
  attributes: Readonly<Record<string, string | number>> = {},
  ...children: readonly (Shape | string)[]
): Shape => ({ name, attributes, children });

/** Text at a point; `anchor` as in SVG. The user's words are data: they are escaped when written. */
export const textShape = (
  x: number,
  y: number,
  text: string,
  attributes: Readonly<Record<string, string | number>> = {},
): Shape => shape('text', { x, y, ...attributes }, text);

/** Plot's names for parts of a chart, and its style sheet, are of no use inside one labelled picture. */
const DROPPED = /^(?:aria-|class$|role$)/;

/**
 * A drawn element as a tree. On screens with one pixel a point, Plot moves groups of marks by half a pixel to sharpen lines;
 * groups here move by whole pixels only, so the half is taken back and every screen gives the same picture.
 */
export function fromElement(element: Element): Shape {
  const attributes: Record<string, string> = {};
  for (const { name, value } of Array.from(element.attributes)) if (!DROPPED.test(name)) attributes[name] = value;
  if (element.localName === 'g' && attributes.transform !== undefined) {
    attributes.transform = attributes.transform.replace(/-?\d*\.5\b/g, (half) => String(Math.floor(Number(half))));
    if (attributes.transform === 'translate(0,0)') delete attributes.transform;
  }
  const children: (Shape | string)[] = [];
  for (const child of Array.from(element.childNodes)) {
    if (child.nodeType === 3) children.push(child.nodeValue ?? '');
    else if (child.nodeType === 1 && (child as Element).localName !== 'style')
      children.push(fromElement(child as Element));
  }
  return { name: element.localName, attributes, children };
}

/** A tree as XML. */
export function toText(root: Shape): string {
  const lines: string[] = [];
  write(root, lines, '');
  return `${lines.join('\n')}\n`;
}

function write(one: Shape, lines: string[], indent: string): void {
  const attributes = Object.entries(one.attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  const open = `<${one.name}${attributes.map(([name, value]) => ` ${name}="${attributeText(name, value)}"`).join('')}`;
  if (one.children.length === 0) lines.push(`${indent}${open}/>`);
  // Line breaks inside text would be drawn as spaces.
  else if (one.children.some((child) => typeof child === 'string') || one.name === 'text')
    lines.push(`${indent}${inline(one, open)}`);
  else {
    lines.push(`${indent}${open}>`);
    for (const child of one.children) write(child as Shape, lines, `${indent} `);
    lines.push(`${indent}</${one.name}>`);
  }
}

const inline = ({ name, children }: Shape, open: string): string =>
  `${open}>${children.map((child) => (typeof child === 'string' ? escapeText(child) : inlineShape(child))).join('')}</${name}>`;

function inlineShape(one: Shape): string {
  const attributes = Object.entries(one.attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return inline(
    one,
    `<${one.name}${attributes.map(([name, value]) => ` ${name}="${attributeText(name, value)}"`).join('')}`,
  );
}

/** Attributes whose digits are meant as they are. */
const VERBATIM = new Set(['xmlns', 'font-family', 'fill', 'stroke', 'color']);

function attributeText(name: string, value: string | number): string {
  const text = typeof value === 'number' ? String(rounded(value)) : value;
  if (VERBATIM.has(name)) return escapeText(text);
  return escapeText(text.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (digits) => String(rounded(Number(digits)))));
}

// `+ 0` turns a negative zero into zero.
const rounded = (value: number): number => Math.round(value * 100) / 100 + 0;
