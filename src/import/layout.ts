/**
 * The layout of a forest fitted by R's grf, as it is written to JSON (README, "Forests fitted in R"): the training data,
 * the nuisances that it was trained with, and the trees. Matrices are lists of rows, null is missing, rows and covariates
 * are numbered from 0. Which fields there are says what kind of forest it is.
 */
import { InvalidDataError } from '../base/errors.js';
import { hint } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import type { ForestOptions } from '../forest/forest-options.js';
import { type Fields, invalidField, isAbsent, objectOf, textOf } from './fields.js';

/** One tree; every list but `drawnSamples` has one entry per node. */
export interface GrfTree {
  /** The node where rows enter. */
  readonly root: number;
  /** Children; both 0 marks a leaf. */
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** The covariate that a node splits on. */
  readonly splitVariable: readonly number[];
  /** x ≤ value goes left; null: missing goes left, all else right. */
  readonly splitValue: readonly (number | null)[];
  readonly missingGoesLeft: readonly boolean[];
  /** Rows that the tree drew, those that grew it and those that fill its leaves. */
  readonly drawnSamples: readonly number[];
  /** Rows that fill each leaf. */
  readonly leafSamples: readonly (readonly number[])[];
}

/** What `fromGrf` reads. */
export interface GrfForest {
  /** R's class, to be checked where given: 'causal_forest', 'regression_forest' and so on. */
  readonly class?: string;
  readonly X: readonly (readonly (number | null)[])[];
  /** Default 'x1', 'x2' and so on. */
  readonly covariateNames?: readonly string[] | null;
  readonly Y: readonly number[];
  /** Treatment; for several arms the arm of each row, one of `arms`. Without it the forest is a regression forest. */
  readonly W?: readonly (number | string)[] | null;
  /** Instrument: with it the forest is an instrumental forest. */
  readonly Z?: readonly number[] | null;
  /** Names of the arms, the first being what the others are compared with: with it the forest has several arms. */
  readonly arms?: readonly (string | number)[] | null;
  /** Nuisances that the forest was trained with, out of bag; `What` of several arms has one column per arm. */
  readonly Yhat?: readonly number[] | null;
  readonly What?: readonly (number | readonly number[])[] | null;
  readonly Zhat?: readonly number[] | null;
  readonly sampleWeights?: readonly number[] | null;
  readonly clusters?: readonly (number | string)[] | null;
  readonly equalizeClusterWeights?: boolean | null;
  /** Options that the forest was fitted with, as far as known; the others are taken to be the defaults. */
  readonly settings?: Omit<ForestOptions, 'numTrees' | 'ciGroupSize' | 'equalizeClusterWeights'> | null;
  readonly forest: {
    readonly ciGroupSize: number;
    readonly numTrees?: number;
    readonly numVariables?: number;
    readonly trees: readonly GrfTree[];
  };
}

/** Kinds of forests that `fromGrf` reads. */
export type ImportedKind = 'causalForest' | 'regressionForest' | 'instrumentalForest' | 'multiArmForest';

const CLASSES: Readonly<Record<string, ImportedKind>> = {
  causal_forest: 'causalForest',
  regression_forest: 'regressionForest',
  instrumental_forest: 'instrumentalForest',
  multi_arm_causal_forest: 'multiArmForest',
};

const SHARED = [
  'class',
  'X',
  'covariateNames',
  'Y',
  'sampleWeights',
  'clusters',
  'equalizeClusterWeights',
  'settings',
  'forest',
];
const OWN: Readonly<Record<ImportedKind, readonly string[]>> = {
  causalForest: ['W', 'Yhat', 'What'],
  regressionForest: [],
  instrumentalForest: ['W', 'Z', 'Yhat', 'What', 'Zhat'],
  multiArmForest: ['W', 'arms', 'Yhat', 'What'],
};
/** Every field's name. */
export const FIELD_NAMES: readonly string[] = [...new Set([...SHARED, ...Object.values(OWN).flat()])];

/**
 * An exported object, text or parsed, with its kind and what must be said of its other fields.
 * @throws InvalidDataError `INVALID_FOREST` where fields contradict each other or are misspelt
 */
export function readLayout(json: unknown): { fields: Fields; kind: ImportedKind; warnings: Warning[] } {
  const fields = objectOf('the exported forest', typeof json === 'string' ? parse(json) : json);
  for (const key of Object.keys(fields)) refuseMisspelt(key, fields[key]);
  const given = FIELD_NAMES.filter((key) => !isAbsent(fields[key]));
  const kind = given.includes('arms')
    ? 'multiArmForest'
    : given.includes('Z')
      ? 'instrumentalForest'
      : given.includes('W')
        ? 'causalForest'
        : 'regressionForest';
  const surplus = given.find((key) => !SHARED.includes(key) && !OWN[kind].includes(key));
  if (surplus !== undefined)
    throw invalidField(
      surplus,
      fields[surplus],
      `left out where there is ${kind === 'regressionForest' ? 'no W' : kind === 'causalForest' ? 'no Z' : 'a list of arms'}`,
    );
  if (given.includes('class')) requireClass(textOf('class', fields.class), kind);
  const unknown = Object.keys(fields).filter((key) => !FIELD_NAMES.includes(key));
  return { fields, kind, warnings: unknown.length > 0 ? [ignored(unknown)] : [] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidDataError('INVALID_FOREST', `the exported forest is not JSON: ${(error as Error).message}`);
  }
}

function requireClass(name: string, kind: ImportedKind): void {
  if (!(name in CLASSES))
    throw invalidField('class', name, `one of ${Object.keys(CLASSES).join(', ')}`, 'other forests cannot be read');
  if (CLASSES[name] !== kind)
    throw invalidField('class', name, `that of the fields there are, which are those of a ${nameOf(kind)}`);
}

const nameOf = (kind: ImportedKind): string => Object.keys(CLASSES).find((name) => CLASSES[name] === kind) as string;

/** 'Y.hat' for 'Yhat', 'cluster' for 'clusters': reading on without them would give other numbers in silence. */
function refuseMisspelt(key: string, value: unknown): void {
  if (FIELD_NAMES.includes(key)) return;
  const plain = (word: string) => word.toLowerCase().replace(/[^a-z0-9]/g, '');
  const meant = FIELD_NAMES.find((known) => plain(known) === plain(key));
  const suggestion = meant ? ` (did you mean '${meant}'?)` : key.length > 4 ? hint(key, FIELD_NAMES) : '';
  if (suggestion) throw invalidField(key, value, `left out: there is no such field${suggestion}`);
}

const ignored = (keys: readonly string[]): Warning =>
  warning('IGNORED_FIELDS', `these fields are no part of a forest and were not read: ${keys.join(', ')}`);
