/**
 * `causal-forest/report`: results as text, as pictures and as a page. Text needs nothing; pictures and pages load
 * @observablehq/plot (and in Node linkedom) when the first is drawn, PNG loads @resvg/resvg-js.
 */
export { formatCausalTree } from './causal-tree-text.js';
export { type EstimateTextOptions, formatEstimate, formatGroupEffects } from './estimate-text.js';
export * from './figures/index.js';
export * from './html/index.js';
export { formatStudy, type StudyColumns, studyColumns } from './study-text.js';
export { formatForestSummary } from './summary-text.js';
export type { Language } from './words.js';
