/**
 * The program. It ends with 0, with 1 where the data, the file or the output would not do, with 2 where the command line
 * would not, and with 130 after Ctrl-C; errors are one line on standard error.
 */
import { CausalForestError, InvalidOptionError } from '../base/errors.js';
import { hint } from '../base/options.js';
import { VERSION } from '../base/version.js';
import { type CommandShape, helpOf, type ParsedArguments, parseArguments, UsageError } from './arguments.js';
import { EFFECTS, effects } from './effects-command.js';
import { OutputError, type Surroundings } from './output.js';
import { REPORT, report } from './report-command.js';
import { SIMULATE, simulate } from './simulate-command.js';

interface Command {
  readonly shape: CommandShape;
  readonly run: (given: ParsedArguments, surroundings: Surroundings) => Promise<void>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  report: { shape: REPORT, run: report },
  effects: { shape: EFFECTS, run: effects },
  simulate: { shape: SIMULATE, run: simulate },
};

const HELP = [
  'causal-forest: what did the treatment do, for whom more, and how sure are we?',
  '',
  'Commands',
  ...Object.values(COMMANDS).map(({ shape }) => `  ${shape.usage.padEnd(38)}  ${shape.brief}`),
  '',
  'causal-forest COMMAND --help explains a command; causal-forest --version prints the version.',
].join('\n');

/** Runs one command line. @returns the exit code */
export async function runCommand(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, signal } = surroundings;
  try {
    const [name, ...rest] = words;
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      (name === undefined ? stderr : stdout).write(`${HELP}\n`);
      return name === undefined ? 2 : 0;
    }
    if (name === '--version' || name === '-V') {
      stdout.write(`${VERSION}\n`);
      return 0;
    }
    const command = Object.hasOwn(COMMANDS, name) ? (COMMANDS[name] as Command) : null;
    if (!command)
      throw new UsageError(
        `there is no command '${name}'${hint(name, Object.keys(COMMANDS))}; see causal-forest --help`,
      );
    const given = parseArguments(command.shape, rest);
    if (given.flag('help')) stdout.write(`${helpOf(command.shape)}\n`);
    else await command.run(given, surroundings);
    return 0;
  } catch (error) {
    if (signal.aborted) {
      stderr.write('causal-forest: interrupted; nothing was written\n');
      return 130;
    }
    if (!(error instanceof UsageError || error instanceof CausalForestError || error instanceof OutputError))
      throw error;
    stderr.write(`causal-forest: ${error.message.replace(/\s+/g, ' ')}\n`);
    return error instanceof UsageError || error instanceof InvalidOptionError ? 2 : 1;
  }
}
