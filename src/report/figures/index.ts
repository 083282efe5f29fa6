/** Pictures from plain data, as SVG text; drawn by optional packages that are loaded when first needed. */
export { type Balance, type BalanceEntry, drawBalance } from './balance.js';
export { type CausalTreeFigure, drawCausalTree } from './causal-tree.js';
export {
  type CovariateEstimate,
  drawEffectAlongCovariate,
  type EffectAlongCovariate,
} from './effect-along-covariate.js';
export { drawEffectDistribution, type EffectDistribution } from './effect-distribution.js';
export { drawEffectsOverWindows, type EffectsOverWindows } from './effects-over-windows.js';
export type { FigureEstimate } from './estimates.js';
export type { FigureOptions } from './frame.js';
export { drawGroupComparison, type GroupComparison, type GroupEstimate } from './group-comparison.js';
export type { FigureHistogram } from './number-chart.js';
export { drawOverlap, type Overlap } from './overlap.js';
export { type PngOptions, toPng } from './png.js';
export { drawTreatmentShares, type TreatmentShares } from './treatment-shares.js';
export type { WindowEstimate } from './window-panels.js';
