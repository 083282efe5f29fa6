/** `causal-forest/report`: results as text. */
export { formatCausalTree } from './causal-tree-text.js';
export { type EstimateTextOptions, formatEstimate, formatGroupEffects } from './estimate-text.js';
export { formatForestSummary } from './summary-text.js';
