import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidDataError, InvalidOptionError } from '../../src/base/errors.js';
import { readCsv } from '../../src/node/index.js';

describe('readCsv', () => {
  let folder: string;
  const file = (name: string): string => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'causal-forest-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('plain and gzipped files, by path and URL, whatever their names', async () => {
    await writeFile(file('plain.csv'), '\uFEFFa,b\n1,é\n');
    await writeFile(file('packed.csv'), gzipSync('a,b\n1,é\n'));
    const expected = { a: ['1'], b: ['é'] };
    expect(await readCsv(file('plain.csv'))).toEqual(expected);
    expect(await readCsv(file('packed.csv'))).toEqual(expected);
    expect(await readCsv(pathToFileURL(file('plain.csv')))).toEqual(expected);
  });

  test('other encodings are named; bytes that are not the named encoding are refused', async () => {
    await writeFile(file('gb.csv'), Buffer.from([0x61, 0x0a, 0xd6, 0xd0, 0xce, 0xc4, 0x0a]));
    expect(await readCsv(file('gb.csv'), { encoding: 'gb18030' })).toEqual({ a: ['中文'] });
    await expect(readCsv(file('gb.csv'))).rejects.toMatchObject({
      code: 'INVALID_CSV',
      message: expect.stringContaining('not utf-8 text'),
    });
    await expect(readCsv(file('gb.csv'), { encoding: 'klingon' })).rejects.toBeInstanceOf(InvalidOptionError);
  });

  test('a missing file, a folder and a broken archive are typed errors with the path', async () => {
    await writeFile(file('broken.csv.gz'), Buffer.from([0x1f, 0x8b, 1, 2, 3]));
    for (const path of [file('absent.csv'), folder, file('broken.csv.gz')]) {
      const error: unknown = await readCsv(path).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(InvalidDataError);
      expect(error).toMatchObject({ code: 'INVALID_CSV', message: expect.stringContaining(path) });
    }
  });

  test('options go through to the parser', async () => {
    await writeFile(file('semicolons.csv'), 'a;b\n1;2\n');
    expect(await readCsv(file('semicolons.csv'), { delimiter: ';' })).toEqual({ a: ['1'], b: ['2'] });
    await expect(readCsv(file('semicolons.csv'), { delim: ';' } as object)).rejects.toBeInstanceOf(InvalidOptionError);
  });
});
