#!/usr/bin/env node
import { runCommand } from './run.js';

const interrupted = new AbortController();
// The first Ctrl-C lets work stop and leaves no half file; the second one ends the program at once.
process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));
// A reader that has enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const { stdin, stdout, stderr } = process;
runCommand(process.argv.slice(2), { stdin, stdout, stderr, signal: interrupted.signal }).then((code) => {
  process.exitCode = code;
});
