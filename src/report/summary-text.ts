/** A forest's summary as text: one line for what was fitted, one for each distribution, and the warnings. */
import type { ForestSummary } from '../diagnostics/summary.js';
import type { Description } from '../math/describe.js';

/**
 * For example (numbers with 4 significant digits; quantiles are minimum, quartiles and maximum):
 *
 *   incomePerService: 2009 rows (512 treated, 1497 control), 2000 trees, seed 1, plain effects
 *   effect of a row        mean 0.3912, sd 0.2101; quantiles -0.2 0.25 0.4 0.53 1.1
 */
export function formatForestSummary(summary: ForestSummary): string {
  const { treated, control } = summary.treatmentHat;
  const arms = summary.nTreated === null ? '' : ` (${summary.nTreated} treated, ${summary.nControl} control)`;
  return [
    `${summary.outcome}: ${summary.rowCount} rows${arms}, ${summary.numTrees} trees, seed ${summary.seed}, ${summary.estimator} effects`,
    line('effect of a row', summary.effect),
    ...(summary.standardError ? [line('its standard error', summary.standardError)] : []),
    ...(treated
      ? [line('propensity, treated', treated), line('propensity, control', control)]
      : [line('expected treatment', control)]),
    ...summary.warnings.map(({ message }) => `Warning: ${message}`),
  ].join('\n');
}

function line(
  name: string,
  { mean, standardDeviation, minimum, lowerQuartile, median, upperQuartile, maximum, missing }: Description,
): string {
  const quantiles = [minimum, lowerQuartile, median, upperQuartile, maximum].map(short).join(' ');
  const without = missing > 0 ? `; ${missing} rows without` : '';
  return `${name.padEnd(22)} mean ${short(mean)}, sd ${short(standardDeviation)}; quantiles ${quantiles}${without}`;
}

const short = (value: number | null): string => (value === null ? 'none' : String(Number(value.toPrecision(4))));
