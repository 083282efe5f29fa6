/** Parquet files, written by pyarrow 21 or later (fixtures), and tables told apart by their first bytes. */
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createTrial } from '../../src/data/create-trial.js';
import { type ParquetColumns, readParquet, readTable } from '../../src/node/index.js';

const file = (name: string): string => fileURLToPath(new URL(`fixtures/${name}.parquet`, import.meta.url));

describe.each(['table-snappy', 'table-zstd'])('%s', (name) => {
  test('cells come as they were written, empty ones as null', async () => {
    const day = new Date('2026-01-01T00:00:00Z');
    expect(await readParquet(file(name))).toEqual({
      age: [31n, null, 45n, 28n, 52n, 39n],
      score: [0.5, 1.25, null, -2, 3.75, 1e-3],
      treated: [true, false, true, false, true, false],
      region: ['north', 'south', null, '西', 'north', 'south'],
      joined: [day, day, day, day, day, null],
    });
  });

  test('a trial is made of it', async () => {
    const columns = await readParquet(file(name));
    const trial = createTrial({ ...columns, outcome: [1, 2, 3, 4, 5, 6] } as ParquetColumns, {
      covariates: ['age', 'region', 'joined'],
      treatment: 'treated',
      outcomes: { outcome: 'outcome' },
    });
    expect(trial.covariates.map(({ kind }) => kind)).toEqual(['number', 'category', 'date']);
    expect([...trial.treatment.values]).toEqual([1, 0, 1, 0, 1, 0]);
  });
});

test('the first bytes tell what a table is, in a file or a stream', async () => {
  const bytes = readFileSync(file('table-snappy'));
  const known = await readParquet(file('table-snappy'));
  expect(await readTable(file('table-snappy'))).toEqual(known);
  expect(await readTable(Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]))).toEqual(known);
  const csv = { a: ['1'], b: ['é'] };
  expect(await readTable(Readable.from(['a,b\n', '1,é\n']))).toEqual(csv);
  expect(await readTable(Readable.from([gzipSync('a;b\n1;é\n')]), { delimiter: ';' })).toEqual(csv);
});

test('what is not a table is refused by name', async () => {
  const refused = (stream: Readable) => readTable(stream).catch((reason: unknown) => reason);
  const bytes = readFileSync(file('table-snappy'));
  expect(await refused(Readable.from([bytes.subarray(0, 300)]))).toMatchObject({
    code: 'INVALID_PARQUET',
    message: expect.stringContaining("file 'standard input' is not a Parquet file that can be read"),
  });
  expect(await refused(Readable.from([]))).toMatchObject({ code: 'NO_ROWS' });
  await expect(readParquet('absent.parquet')).rejects.toMatchObject({ code: 'INVALID_PARQUET' });
  await expect(readTable('absent.csv', { encodin: 'utf-8' } as never)).rejects.toThrow(/did you mean 'encoding'/);
});
