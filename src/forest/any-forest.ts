/** What fitted forests of every kind have in common: trees, and the covariates of the rows they were fitted on. */
import type { Covariate } from '../data/trial.js';
import type { Forest } from './forest.js';

/** Any fitted forest. */
export type AnyForest = { readonly forest: Forest } & (
  | { readonly trial: { readonly covariates: readonly Covariate[] } }
  | { readonly covariates: readonly Covariate[] }
);

export const covariatesOf = (forest: AnyForest): readonly Covariate[] =>
  'trial' in forest ? forest.trial.covariates : forest.covariates;
