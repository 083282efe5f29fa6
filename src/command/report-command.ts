/** `causal-forest report`: a study as one self-contained page. */
import { htmlReport } from '../report/html/index.js';
import { type CommandShape, type ParsedArguments, UsageError } from './arguments.js';
import { studyOfFile } from './effects-command.js';
import { requireWritable, type Surroundings, writeWhole } from './output.js';
import { STUDY_OPTIONS } from './study-options.js';

export const REPORT: CommandShape = {
  name: 'report',
  usage: 'report FILE --out PAGE.html [options]',
  brief: 'a page with figures and tables',
  summary:
    'Estimates effects by causal forests and writes a page with figures and tables. FILE is CSV (also gzipped) or Parquet; - reads standard input.',
  positionals: [1, 1],
  options: [
    ...STUDY_OPTIONS,
    { name: 'out', value: 'PAGE.html', help: 'where to write' },
    { name: 'title', value: 'TEXT', help: 'heads the page' },
    { name: 'language', value: 'L', help: 'en (default) or zh' },
  ],
  examples: [
    'causal-forest report trial.csv --treatment aiTrained --outcome income/services --covariates age,gender --groups gender,age:30,45 --cluster unit --out report.html',
  ],
};

export async function report(given: ParsedArguments, surroundings: Surroundings): Promise<void> {
  const out = given.text('out');
  if (out === undefined) throw new UsageError('--out is missing: where to write the page');
  const language = given.text('language') ?? 'en';
  if (language !== 'en' && language !== 'zh')
    throw new UsageError(`--language must be en or zh; received '${language}'`);
  await requireWritable(out);
  const study = await studyOfFile(given, surroundings);
  await writeWhole(out, await htmlReport(study, { language }), surroundings.signal);
}
