/**
 * How much room text takes, without a font at hand: widths in em, those of DejaVu Sans rounded up, the widest of the usual
 * sans-serif fonts. Layout by an upper estimate leaves a gap where the font is narrower, and never an overlap.
 */

const NARROW = new Set("iljI|.,:;'!`\u00a0 ");
const SLIM = new Set('ftr()[]{}"-/\\*');
const WIDE = new Set('mwMW@%\u2026\u2014');
const SIGNS = new Set('+\u2212=<>\u2264\u2265\u00d7\u00b1~#');

/** Estimated width of one character in em. */
function emOf(character: string): number {
  const code = character.codePointAt(0) as number;
  if (NARROW.has(character)) return 0.34;
  if (SLIM.has(character)) return 0.45;
  if (WIDE.has(character)) return 1;
  if (SIGNS.has(character)) return 0.84;
  if (code < 0x80) return character >= 'A' && character <= 'Z' ? 0.75 : 0.64;
  // Chinese, Japanese, Korean, their punctuation, full-width forms, pictographs.
  if (isWide(code)) return 1.02;
  return /\p{Mark}/u.test(character) ? 0 : 0.76;
}

const isWide = (code: number): boolean =>
  (code >= 0x1100 && code <= 0x115f) ||
  (code >= 0x2e80 && code <= 0xd7ff) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0xfe30 && code <= 0xfe4f) ||
  (code >= 0xff00 && code <= 0xffef) ||
  code >= 0x1f000;

/** Bold letters are about a tenth wider. */
const BOLD = 1.1;

/** Estimated width in pixels. */
export function textWidth(text: string, size: number, bold = false): number {
  let em = 0;
  for (const character of text) em += emOf(character);
  return em * size * (bold ? BOLD : 1);
}

/** Marks that must not begin a line. */
const CLOSING = /^[，。、；：！？）》」』”’%…·]/u;

/** The pieces between which a line may break: at spaces, and on either side of a wide character. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let word = '';
  const flush = () => {
    if (word !== '') found.push(word);
    word = '';
  };
  for (const character of text.replace(/\s+/g, (blank) => (blank === '\u00a0' ? blank : ' ')).trim()) {
    if (character === ' ') {
      flush();
      found.push(' ');
    } else if (isWide(character.codePointAt(0) as number)) {
      if (CLOSING.test(character) && (word !== '' || found.length > 0)) {
        if (word === '') word = found.pop() as string;
        word += character;
      } else {
        flush();
        word = character;
      }
      flush();
    } else word += character;
  }
  flush();
  return found;
}

/**
 * The text in lines no wider than `width`, as estimated: broken at spaces or between wide characters, inside a word only
 * where the word alone is too wide.
 * @returns at least one line
 */
export function wrapText(text: string, width: number, size: number, bold = false): string[] {
  const lines: string[] = [];
  let line = '';
  const push = () => {
    if (line.trim() !== '') lines.push(line.trim());
    line = '';
  };
  for (const piece of pieces(text)) {
    if (textWidth((line + piece).trim(), size, bold) <= width) {
      line += piece;
      continue;
    }
    push();
    if (piece === ' ') continue;
    for (const character of piece) {
      if (line !== '' && textWidth(line + character, size, bold) > width) push();
      line += character;
    }
  }
  push();
  return lines.length > 0 ? lines : [''];
}

/** The largest of the sizes at which no word has to be broken; the smallest where there is none. */
export function fittingSize(texts: readonly string[], width: number, sizes: readonly number[]): number {
  const widest = (size: number) =>
    Math.max(0, ...texts.flatMap((text) => pieces(text).map((piece) => textWidth(piece, size))));
  return sizes.find((size) => widest(size) <= width) ?? (sizes.at(-1) as number);
}
