/**
 * How series are told apart: by colour, shape and dash together, so that a picture reads in grey and by those who see
 * colours differently. Colours are those of Okabe & Ito (2008, "Color Universal Design"); their reddish purple and orange
 * are darkened, so that every sign stands out from white by 3 : 1 or more (WCAG 2.2, 1.4.11).
 */

/** What one series looks like. */
export interface SeriesStyle {
  readonly colour: string;
  /** Plot's names of symbols. */
  readonly symbol: 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'wye';
  /** `stroke-dasharray`; 'none' for a whole line. */
  readonly dash: string;
}

const STYLES: readonly SeriesStyle[] = Object.freeze([
  { colour: '#0072B2', symbol: 'circle', dash: 'none' },
  { colour: '#D55E00', symbol: 'square', dash: '5 3' },
  { colour: '#009E73', symbol: 'triangle', dash: '2 2' },
  { colour: '#B5578D', symbol: 'diamond', dash: '8 3 2 3' },
  { colour: '#000000', symbol: 'star', dash: '1 3' },
  { colour: '#7A5C00', symbol: 'wye', dash: '10 4' },
]);

/** The style of series number `index`; from the seventh on, colours return with another symbol and dash: 36 in all. */
export function styleOf(index: number): SeriesStyle {
  const other = STYLES[(index + Math.floor(index / STYLES.length)) % STYLES.length] as SeriesStyle;
  return { ...other, colour: (STYLES[index % STYLES.length] as SeriesStyle).colour };
}

/** Areas of the two arms: the treated full, the controls light with a border, so that they differ in grey too. */
export const ARMS = {
  treated: { fill: '#D55E00', stroke: '#D55E00' },
  control: { fill: '#C5DFF0', stroke: '#0072B2' },
} as const;

export const INK = '#1f1f1f';
/** Text of second rank; 7 : 1 on white. */
export const SOFT_INK = '#4d4d4d';
export const GRID = '#e3e3e3';
/** Lines that carry meaning without being data: zero, thresholds, holes. */
export const RULE = '#767676';
export const PAPER = '#ffffff';

/** System fonts first, then the usual fonts of other scripts. */
export const FONTS =
  "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, 'Noto Sans', 'DejaVu Sans', 'PingFang SC', 'Microsoft YaHei', " +
  "'Noto Sans CJK SC', 'WenQuanYi Micro Hei', 'Noto Sans Arabic', 'Noto Sans Devanagari', sans-serif";

/** Font sizes in pixels of the picture. */
export const SIZE = { title: 15, text: 12, small: 11 } as const;
export const LINE = { title: 20, text: 16, small: 15 } as const;
