/** `causal-forest effects`: a study's rows on standard output, as a table, JSON or CSV. */
import { formatCsv } from '../csv/index.js';
import { readTable } from '../node/index.js';
import { formatStudy, studyColumns } from '../report/study-text.js';
import { runStudy } from '../study/run-study.js';
import type { Study } from '../study/types.js';
import { type CommandShape, type ParsedArguments, UsageError } from './arguments.js';
import type { Surroundings } from './output.js';
import { progressLine } from './progress-line.js';
import { STUDY_OPTIONS, studyOf } from './study-options.js';

export const EFFECTS: CommandShape = {
  name: 'effects',
  usage: 'effects FILE [options]',
  brief: 'effects with intervals, as a table, CSV or JSON',
  summary:
    'Estimates effects by causal forests and prints them. FILE is CSV (also gzipped) or Parquet; - reads standard input.',
  positionals: [1, 1],
  options: [...STUDY_OPTIONS, { name: 'format', value: 'F', help: 'table (default), csv or json' }],
  examples: [
    'causal-forest effects trial.csv --treatment trained --outcome income/services --covariates age,gender --groups gender,age:30,45',
    'zcat trial.csv.gz | causal-forest effects - --treatment trained --outcome income --covariates age --format csv',
  ],
};

const FORMATS: Readonly<Record<string, (study: Study) => string>> = {
  table: formatStudy,
  csv: (study) => formatCsv(studyColumns(study)),
  json: (study) => JSON.stringify(study, null, 2),
};

export async function effects(given: ParsedArguments, surroundings: Surroundings): Promise<void> {
  const word = given.text('format') ?? 'table';
  const format = Object.hasOwn(FORMATS, word) ? FORMATS[word] : undefined;
  if (!format) throw new UsageError(`--format must be one of ${Object.keys(FORMATS).join(', ')}; received '${word}'`);
  const study = await studyOfFile(given, surroundings);
  surroundings.stdout.write(`${format(study).trimEnd()}\n`);
}

/** Reads the file and runs the study that the options declare, with progress where a terminal shows it. */
export async function studyOfFile(given: ParsedArguments, surroundings: Surroundings): Promise<Study> {
  const { declaration, options } = studyOf(given);
  const [delimiter, encoding] = [given.text('delimiter'), given.text('encoding')];
  const source = given.positionals[0] as string;
  const table = await readTable(source === '-' ? surroundings.stdin : source, {
    ...(delimiter === undefined ? {} : { delimiter: delimiter === '\\t' ? '\t' : delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
  });
  const { onProgress, clear } = progressLine(surroundings, given.flag('quiet'));
  try {
    return await runStudy(table, declaration, { ...options, onProgress, signal: surroundings.signal });
  } finally {
    clear();
  }
}
