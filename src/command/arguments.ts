/**
 * The command line's words: every option with its place in the help, and how text becomes values. `parseArguments` refuses
 * what is unknown, repeated or without its value, before anything is read.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { hint } from '../base/options.js';

/** One option of a command. */
export interface CommandOption {
  readonly name: string;
  /** Placeholder of its value in the help; absent for a switch. */
  readonly value?: string;
  readonly repeatable?: boolean;
  readonly help: string;
}

/** A command's help is made of this, and what it accepts. */
export interface CommandShape {
  readonly name: string;
  /** After the program's name, e.g. 'report FILE [options]'. */
  readonly usage: string;
  /** In the list of commands. */
  readonly brief: string;
  readonly summary: string;
  /** Positional words: how many at least and at most. */
  readonly positionals: readonly [least: number, most: number];
  readonly options: readonly CommandOption[];
  readonly examples: readonly string[];
}

/** What the user typed is wrong: the program ends with 2. */
export class UsageError extends Error {}

/** Values as they were typed; `list` has all values of a repeatable option, in order. */
export interface ParsedArguments {
  readonly positionals: readonly string[];
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  flag(name: string): boolean;
  /** @throws UsageError where the value is no number */
  number(name: string): number | undefined;
}

/** @throws UsageError for unknown options, missing or repeated values, and too few or too many words */
export function parseArguments(shape: CommandShape, words: readonly string[]): ParsedArguments {
  const known = [...shape.options.map(({ name }) => name), 'help'];
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } };
  for (const { name, value } of shape.options)
    options[name] = value === undefined ? { type: 'boolean' } : { type: 'string', multiple: true };
  const { values, positionals } = parsed(() => parseArgs({ args: [...words], options, allowPositionals: true }), known);
  const texts = (name: string) => (values[name] as string[] | undefined) ?? [];
  for (const { name, value, repeatable } of shape.options)
    if (value !== undefined && !repeatable && texts(name).length > 1)
      throw new UsageError(`--${name} is given ${texts(name).length} times; give it once`);
  const [least, most] = shape.positionals;
  if (values.help !== true && (positionals.length < least || positionals.length > most))
    throw new UsageError(
      positionals.length < least
        ? `a file is missing: causal-forest ${shape.usage}`
        : `${positionals.length} words where ${most} belong (${positionals.slice(most).join(' ')}); put lists in one word, with commas`,
    );
  return {
    positionals,
    text: (name) => texts(name)[0],
    list: texts,
    flag: (name) => values[name] === true,
    number(name) {
      const text = texts(name)[0];
      if (text === undefined) return undefined;
      const value = Number(text);
      if (text.trim() === '' || !Number.isFinite(value))
        throw new UsageError(`--${name} must be a number; received '${text}'`);
      return value;
    },
  };
}

function parsed<Result>(parse: () => Result, known: readonly string[]): Result {
  try {
    return parse();
  } catch (error) {
    const { code, message } = error as Error & { readonly code?: string };
    const option = message.match(/'(--?[^'\s=<]+)/)?.[1] ?? '';
    const dashed = known.map((name) => `--${name}`);
    if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
      throw new UsageError(`there is no option ${option}${hint(option, dashed)}`);
    if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') throw new UsageError(message.split('\n')[0] as string);
    throw error;
  }
}

/** The text that `--help` prints. */
export function helpOf(shape: CommandShape): string {
  const rows = shape.options.map(({ name, value, help }) => [`--${name}${value ? ` ${value}` : ''}`, help] as const);
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    `Usage: causal-forest ${shape.usage}`,
    '',
    shape.summary,
    '',
    'Options',
    ...rows.map(([left, help]) => `  ${left.padEnd(width)}  ${help}`),
    '',
    'Examples',
    ...shape.examples.map((example) => `  ${example}`),
  ].join('\n');
}
