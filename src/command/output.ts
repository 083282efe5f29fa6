/** What leaves the program: whole files or none, and text on standard output. */
import { randomUUID } from 'node:crypto';
import { access, constants, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** What the program is given: replaced in tests. */
export interface Surroundings {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A place that cannot be written to: the program ends with 1. */
export class OutputError extends Error {}

/** Fails before the work where a file could not be written after it. @throws OutputError */
export async function requireWritable(path: string): Promise<void> {
  try {
    await access(dirname(resolve(path)), constants.W_OK);
  } catch (error) {
    throw new OutputError(`'${path}' cannot be written: ${(error as Error).message}`);
  }
}

/** Writes beside the place and moves there, so that a file is whole or not there. @throws OutputError */
export async function writeWhole(path: string, text: string, signal: AbortSignal): Promise<void> {
  const draft = join(dirname(resolve(path)), `.${randomUUID()}.part`);
  try {
    await writeFile(draft, text, { signal });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    if (signal.aborted) throw signal.reason;
    throw new OutputError(`'${path}' cannot be written: ${(error as Error).message}`);
  }
}
