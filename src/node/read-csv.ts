/** CSV files for Node: read, unpacked where gzipped, decoded, and parsed by `parseCsv`. */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys } from '../base/options.js';
import { type CsvColumns, type CsvOptions, parseCsv } from '../csv/index.js';

export interface ReadCsvOptions extends CsvOptions {
  /** Text encoding by its WHATWG name, e.g. 'gb18030'. Default 'utf-8'. Bytes that it does not know are an error. */
  readonly encoding?: string;
}

/**
 * Reads a CSV file, plain or gzipped (told by its first bytes, not its name).
 *
 * @param path a path or a file URL
 * @throws InvalidDataError INVALID_CSV where the file cannot be read, unpacked or decoded, and as `parseCsv` does
 */
export async function readCsv(path: string | URL, options: ReadCsvOptions = {}): Promise<CsvColumns> {
  rejectUnknownKeys('options', options, ['delimiter', 'encoding']);
  const { encoding = 'utf-8', ...csvOptions } = options;
  const decoder = requireDecoder(encoding);
  const bytes = await attempt(path, 'cannot be read', () => readFile(path));
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = isGzip ? await attempt(path, 'cannot be unpacked', () => promisify(gunzip)(bytes)) : bytes;
  const text = await attempt(path, `is not ${encoding} text (name its encoding)`, async () => decoder.decode(plain));
  return parseCsv(text, csvOptions);
}

function requireDecoder(encoding: unknown): TextDecoder {
  try {
    return new TextDecoder(encoding as string, { fatal: true });
  } catch {
    throw new InvalidOptionError('encoding', encoding, "the name of a text encoding, such as 'utf-8' or 'gb18030'");
  }
}

async function attempt<Result>(path: string | URL, failure: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidDataError('INVALID_CSV', `file '${path}' ${failure}: ${reason}`);
  }
}
