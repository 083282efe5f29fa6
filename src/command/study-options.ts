/** Options that `effects` and `report` share, and the study that they declare. */
import type { Target } from '../effects/options.js';
import type { StudyDeclaration, StudyOptions, StudyOutcome } from '../study/declaration.js';
import { type CommandOption, type ParsedArguments, UsageError } from './arguments.js';

export const STUDY_OPTIONS: readonly CommandOption[] = [
  { name: 'treatment', value: 'COLUMN', help: 'binary column: 1 treated, 0 control' },
  {
    name: 'designs',
    value: 'A,B,…',
    help: 'binary columns: kinds of treatment, each compared with the common controls',
  },
  {
    name: 'outcome',
    value: '[NAME=]COLUMN',
    repeatable: true,
    help: 'an outcome; A/B is the ratio of totals, mean(A/B) the mean of each row’s ratio; repeat it for more',
  },
  {
    name: 'covariates',
    value: 'A,B,…',
    help: 'columns known before treatment; A:category reads numbers as categories',
  },
  {
    name: 'groups',
    value: 'A,B:C1,C2',
    help: 'groupings: a category, or a number with its cuts, e.g. gender,age:30,45',
  },
  { name: 'windows', value: 'A,B,…', help: 'windows in which outcomes are measured; needs --window-columns' },
  { name: 'window-columns', value: 'PATTERN', help: 'columns of a window, e.g. {column}_{window} for income_w1' },
  { name: 'weights', value: 'COLUMN', help: 'sample weights' },
  { name: 'cluster', value: 'COLUMN', help: 'clusters: rows of one are not independent' },
  { name: 'propensity', value: 'P|COLUMN', help: 'known probability of treatment; without it a forest estimates it' },
  { name: 'treatment-share', value: 'COLUMN', help: 'shares from 0 to 1 behind the treatment, shown as a histogram' },
  { name: 'target', value: 'WHOM', help: 'all (default), treated, control or overlap' },
  { name: 'missing-outcomes', value: 'HOW', help: 'refuse (default), or drop rows whose outcome is missing' },
  { name: 'na', value: 'A,B,…', help: 'words that mean missing; default NA,NaN,null, and empty cells always' },
  { name: 'level', value: 'L', help: 'coverage of intervals; default 0.95' },
  { name: 'trees', value: 'N', help: 'trees of each forest; default 2000' },
  { name: 'seed', value: 'N', help: 'same seed, same numbers; default 42' },
  { name: 'workers', value: 'N', help: 'threads; default as many as the machine has, 0 for none' },
  { name: 'delimiter', value: 'C', help: 'between the cells of a CSV file; default a comma' },
  { name: 'encoding', value: 'NAME', help: 'of a CSV file, e.g. gb18030; default utf-8' },
  { name: 'quiet', help: 'no progress on standard error' },
];

/** The study that options declare. @throws UsageError where they do not make sense by themselves */
export function studyOf(given: ParsedArguments): { declaration: StudyDeclaration; options: StudyOptions } {
  const covariates = words(given.text('covariates'));
  if (covariates.length === 0) throw new UsageError('--covariates is missing: the columns known before treatment');
  const treatment = given.text('treatment');
  const designs = words(given.text('designs'));
  if (treatment === undefined && designs.length === 0) throw new UsageError('--treatment (or --designs) is missing');
  const outcomes = given.list('outcome').map(outcomeOf);
  if (outcomes.length === 0) throw new UsageError('--outcome is missing; repeat it for several outcomes');
  const repeated = outcomes.find(([name], k) => outcomes.findIndex(([other]) => other === name) !== k);
  if (repeated) throw new UsageError(`two outcomes are called '${repeated[0]}'; name one: --outcome NAME=COLUMN`);
  const windows = words(given.text('windows'));
  const pattern = given.text('window-columns');
  if (windows.length > 0 !== (pattern !== undefined))
    throw new UsageError(
      '--windows and --window-columns belong together, e.g. --windows w1,w2 --window-columns {column}_{window}',
    );
  if (pattern !== undefined && !(pattern.includes('{column}') && pattern.includes('{window}')))
    throw new UsageError(`--window-columns must have {column} and {window} in it; received '${pattern}'`);
  const propensity = given.text('propensity');
  const [target, missingOutcomes, na] = [given.text('target'), given.text('missing-outcomes'), given.text('na')];
  const text = (name: string, key: string) => (given.text(name) === undefined ? {} : { [key]: given.text(name) });
  const number = (name: string, key: string) => (given.number(name) === undefined ? {} : { [key]: given.number(name) });
  return {
    declaration: {
      covariates: covariates.map(covariateOf),
      ...(treatment === undefined ? {} : { treatment }),
      ...(designs.length > 0 ? { designs: Object.fromEntries(designs.map((column) => [column, column])) } : {}),
      outcomes: Object.fromEntries(outcomes),
      ...(pattern === undefined
        ? {}
        : {
            windows,
            windowColumns: (column: string, window: string) =>
              pattern.replaceAll('{column}', column).replaceAll('{window}', window),
          }),
      ...(given.text('groups') === undefined ? {} : { groups: groupsOf(given.text('groups') as string) }),
      ...(propensity === undefined ? {} : { propensity: isNumber(propensity) ? Number(propensity) : propensity }),
      ...(na === undefined ? {} : { naStrings: words(na) }),
      ...(missingOutcomes === undefined ? {} : { missingOutcomes: missingOutcomes as 'refuse' | 'drop' }),
      ...text('weights', 'weights'),
      ...text('cluster', 'clusters'),
      ...text('treatment-share', 'treatmentShare'),
      ...text('title', 'title'),
    },
    options: {
      ...(target === undefined ? {} : { target: target as Target }),
      ...number('level', 'level'),
      ...number('trees', 'numTrees'),
      ...number('seed', 'seed'),
      ...number('workers', 'workers'),
    },
  };
}

const words = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

const KINDS = ['number', 'boolean', 'date', 'category'] as const;

function covariateOf(word: string): StudyDeclaration['covariates'][number] {
  const colon = word.lastIndexOf(':');
  const kind = KINDS.find((known) => known === word.slice(colon + 1));
  return colon > 0 && kind ? { column: word.slice(0, colon), kind } : word;
}

/** 'y', 'name=y', 'a/b', 'name=mean(a/b)'. */
function outcomeOf(word: string): readonly [name: string, outcome: StudyOutcome] {
  const equals = word.indexOf('=');
  const formula = word.slice(equals + 1).trim();
  const name = equals > 0 ? word.slice(0, equals).trim() : formula;
  const rowwise = formula.match(/^mean\((.+)\)$/)?.[1];
  const parts = (rowwise ?? formula).split('/').map((part) => part.trim());
  if (
    formula === '' ||
    name === '' ||
    parts.some((part) => part === '') ||
    parts.length > 2 ||
    (rowwise && parts.length < 2)
  )
    throw new UsageError(`--outcome '${word}' is none of COLUMN, A/B, mean(A/B), NAME=…`);
  const [numerator, denominator] = parts as [string, string];
  if (parts.length === 1) return [name, formula];
  return [name, rowwise ? { numerator, denominator } : { numerator, denominator, as: 'totals' }];
}

/** 'gender,age:30,45': a number after a grouping with a colon is another cut of it. */
function groupsOf(text: string): NonNullable<StudyDeclaration['groups']> {
  const groups: { column: string; cuts: (number | Date)[] | null }[] = [];
  for (const word of words(text)) {
    const last = groups.at(-1);
    const cut = cutOf(word);
    if (cut !== null && last?.cuts) {
      last.cuts.push(cut);
      continue;
    }
    const colon = word.lastIndexOf(':');
    const first = colon > 0 ? cutOf(word.slice(colon + 1)) : null;
    groups.push(first === null ? { column: word, cuts: null } : { column: word.slice(0, colon), cuts: [first] });
  }
  return Object.fromEntries(groups.map(({ column, cuts }) => [column, cuts ? { column, cuts } : column]));
}

function cutOf(word: string): number | Date | null {
  if (isNumber(word)) return Number(word);
  return /^\d{4}-\d{2}-\d{2}$/.test(word) && !Number.isNaN(Date.parse(word)) ? new Date(word) : null;
}
