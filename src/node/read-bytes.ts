/** Bytes of files, unpacked where gzipped, and failures that name the file. */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type DataErrorCode, InvalidDataError } from '../base/errors.js';

/**
 * A file's bytes; gzipped ones (told by their first bytes, not the name) are unpacked.
 * @throws InvalidDataError with `code` where it cannot be read or unpacked
 */
export async function readBytes(path: string | URL, code: DataErrorCode): Promise<Uint8Array> {
  return unpacked(path, await attempt(path, code, 'cannot be read', () => readFile(path)), code);
}

/** Bytes as they are, or unpacked where they are gzipped. @param name what to call them in an error */
export async function unpacked(name: string | URL, bytes: Uint8Array, code: DataErrorCode): Promise<Uint8Array> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? attempt(name, code, 'cannot be unpacked', () => promisify(gunzip)(bytes)) : bytes;
}

/** What `work` gives; what it throws becomes one sentence about the file. */
export async function attempt<Result>(
  name: string | URL,
  code: DataErrorCode,
  failure: string,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidDataError(code, `file '${name}' ${failure}: ${reason}`);
  }
}
