/** `causal-forest/node`: what needs Node itself. */
export { type ReadCsvOptions, readCsv } from './read-csv.js';
