/** `causal-forest/simulate`: trials whose truth is known, and the random streams they are drawn from. */
export { RandomStream, streamFamily, streamFor } from '../math/random.js';
export { DESIGNS, type Design, type SimulatedTrial, simulateTrial } from './designs.js';
