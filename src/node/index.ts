/** `causal-forest/node`: what needs Node itself. */
export { type ReadCsvOptions, readCsv } from './read-csv.js';
export { type ParquetColumns, readParquet } from './read-parquet.js';
export { readTable } from './read-table.js';
