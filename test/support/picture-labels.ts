/** Where the words of a picture stand, as estimated by text-size.ts: for tests that none is clipped or meets another. */
import { parseHTML } from 'linkedom';
import { textWidth } from '../../src/report/figures/text-size.js';

/** One line of text in pixels of the picture. */
export interface Label {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Context {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly anchor: string;
  readonly bold: boolean;
}

/** Size of the picture and all its lines of text. */
export function labelsOf(svg: string): { width: number; height: number; labels: Label[] } {
  const root = parseHTML(`<!doctype html><html><body>${svg}</body></html>`).document.querySelector('svg') as Element;
  const labels: Label[] = [];
  visit(root, { x: 0, y: 0, size: 16, anchor: 'start', bold: false }, labels);
  return { width: number(root, 'width'), height: number(root, 'height'), labels };
}

const number = (element: Element, name: string): number => Number(element.getAttribute(name) ?? 0);

/** A length in pixels or em. */
function lengthOf(element: Element, name: string, size: number): number {
  const text = element.getAttribute(name) ?? '0';
  return text.endsWith('em') ? Number(text.slice(0, -2)) * size : Number(text);
}

function visit(element: Element, outer: Context, labels: Label[]): void {
  const tag = element.localName;
  if (tag === 'title' || tag === 'desc') return;
  if (tag === 'svg' && element.parentElement?.localName !== 'body') throw new Error('a picture inside a picture');
  const [, tx = '0', ty = '0'] =
    /^translate\(([-\d.]+)(?:[ ,]([-\d.]+))?\)$/.exec(element.getAttribute('transform') ?? '') ?? [];
  const transform = element.getAttribute('transform');
  if (transform !== null && !transform.startsWith('translate')) throw new Error(`cannot follow ${transform}`);
  const context: Context = {
    x: outer.x + Number(tx),
    y: outer.y + Number(ty),
    size: element.hasAttribute('font-size') ? number(element, 'font-size') : outer.size,
    anchor: element.getAttribute('text-anchor') ?? outer.anchor,
    bold: (element.getAttribute('font-weight') ?? (outer.bold ? 'bold' : '')) === 'bold',
  };
  if (tag !== 'text') {
    for (const child of Array.from(element.children)) visit(child, context, labels);
    return;
  }
  const spans = Array.from(element.children);
  let y = context.y + lengthOf(element, 'y', context.size) + lengthOf(element, 'dy', context.size);
  const add = (text: string, x: number) => {
    const width = textWidth(text, context.size, context.bold);
    const left = x - (context.anchor === 'middle' ? width / 2 : context.anchor === 'end' ? width : 0);
    // Ascent and descent of letters with both, in em.
    labels.push({ text, left, right: left + width, top: y - 0.76 * context.size, bottom: y + 0.22 * context.size });
  };
  if (spans.length === 0) add(element.textContent ?? '', context.x + lengthOf(element, 'x', context.size));
  for (const span of spans) {
    y = span.hasAttribute('y') ? context.y + lengthOf(span, 'y', context.size) : y + lengthOf(span, 'dy', context.size);
    add(span.textContent ?? '', context.x + lengthOf(span, 'x', context.size));
  }
}

/** Labels that leave the picture, and pairs that meet. */
export function misplaced(svg: string): string[] {
  const { width, height, labels } = labelsOf(svg);
  const found: string[] = [];
  labels.forEach((one, k) => {
    if (one.left < 0 || one.right > width || one.top < 0 || one.bottom > height)
      found.push(`"${one.text}" leaves the picture`);
    for (const other of labels.slice(k + 1)) {
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (across > 1 && down > 1) found.push(`"${one.text}" meets "${other.text}"`);
    }
  });
  return found;
}
