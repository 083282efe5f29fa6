import { describe, expect, test } from 'vitest';
import { InvalidDataError, InvalidOptionError } from '../../src/base/errors.js';
import { formatCsv, parseCsv } from '../../src/csv/index.js';
import { createTrial } from '../../src/data/create-trial.js';

/** The InvalidDataError that parsing throws. */
function failure(text: string): InvalidDataError {
  try {
    parseCsv(text);
  } catch (error) {
    if (error instanceof InvalidDataError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('parseCsv', () => {
  test('reads columns of text', () => {
    expect(parseCsv('a,b\n1,x\n,y\n')).toEqual({ a: ['1', ''], b: ['x', 'y'] });
  });

  test('byte order mark, CRLF, quotes with commas, quotes and line breaks, blanks around names, blank last lines', () => {
    const text = '\uFEFF name , note\r\n"Ann, ""the"" first","two\r\nlines"\r\nBob, kept \r\n\r\n\r\n';
    expect(parseCsv(text)).toEqual({ name: ['Ann, "the" first', 'Bob'], note: ['two\r\nlines', ' kept '] });
  });

  test('a byte order mark before a quoted name', () => {
    expect(parseCsv('\uFEFF"a, b",c\n1,2')).toEqual({ 'a, b': ['1'], c: ['2'] });
  });

  test('lines that end in CRLF after a first LF keep no CR', () => {
    expect(parseCsv('a,b\n1,north\r\n2,north\n')).toEqual({ a: ['1', '2'], b: ['north', 'north'] });
  });

  test('a blank line inside a file of one column is a missing cell', () => {
    expect(parseCsv('a\n1\n\n3\n')).toEqual({ a: ['1', '', '3'] });
  });

  test('other delimiters are named, and asked for where the header shows one', () => {
    expect(parseCsv('a;b\n1;2', { delimiter: ';' })).toEqual({ a: ['1'], b: ['2'] });
    expect(failure('a;b\n1;2').message).toContain('pass { delimiter: ";" }');
    expect(() => parseCsv('a', { delimiter: ', ' })).toThrowError(InvalidOptionError);
    expect(() => parseCsv('a', { delimeter: ';' } as object)).toThrowError("did you mean 'delimiter'?");
  });

  test('a name that every object has is a column like any other', () => {
    expect(Object.keys(parseCsv('__proto__,constructor\n1,2'))).toEqual(['__proto__', 'constructor']);
  });

  test.each([
    ['a row with too many cells', 'a,b\n1,2\n1,2,3', 1, 'row 1 (line 3) has 3 cells where the header names 2 columns'],
    ['a row with too few cells', 'a,b\n1', 0, 'row 0 (line 2) has 1 cell'],
    ['a blank line between rows', 'a,b\n1,2\n\n3,4', 1, 'row 1 (line 3) has 1 cell'],
    ['a quote that never closes', 'a,b\n1,2\n3,"4\n5,6', 1, 'row 1, line 3'],
    ['text after a closing quote', 'a,b\n"1"x,2', 0, 'row 0, line 2'],
    ['a short row after cells with line breaks', '"a\nb",c\n"1\n\n2",3\n4', 1, 'row 1 (line 6) has 1 cell'],
  ])('%s', (_, text, row, message) => {
    const error = failure(text);
    expect(error.code).toBe('INVALID_CSV');
    expect(error.rows).toEqual([row]);
    expect(error.message).toContain(message);
  });

  test('repeated names, nothing at all, and a header alone', () => {
    expect(failure('a,b, a\n1,2,3')).toMatchObject({ code: 'INVALID_CSV', message: expect.stringContaining('"a"') });
    expect(failure('')).toMatchObject({ code: 'NO_ROWS' });
    expect(failure('a,b\n')).toMatchObject({ code: 'NO_ROWS' });
    expect(() => parseCsv(undefined as unknown as string)).toThrowError(InvalidOptionError);
  });

  test('goes straight into a trial', () => {
    const trial = createTrial(parseCsv('age,region,joined,w,y\n30,north,2024-01-01,1,2\nNA,south,,0,3\n'), {
      covariates: ['age', 'region', 'joined'],
      treatment: 'w',
      outcomes: { y: 'y' },
    });
    expect(trial.covariates.map(({ kind }) => kind)).toEqual(['number', 'category', 'date']);
    expect(trial.covariates[0]).toMatchObject({ values: Float64Array.of(30, Number.NaN) });
  });
});

describe('formatCsv', () => {
  test('what it writes, parseCsv reads: numbers in full, quotes, line breaks, empty cells', () => {
    const text = formatCsv({
      x: Float64Array.of(0.1 + 0.2, -1e-300, Number.NaN),
      'a "name", quoted': ['plain', 'with, comma', 'two\nlines'],
      none: [null, undefined, 0],
    });
    expect(text.endsWith('\r\n')).toBe(true);
    expect(parseCsv(text)).toEqual({
      x: ['0.30000000000000004', '-1e-300', ''],
      'a "name", quoted': ['plain', 'with, comma', 'two\nlines'],
      none: ['', '', '0'],
    });
  });

  test('columns without rows and of unequal lengths are refused', () => {
    expect(() => formatCsv({})).toThrow(/no rows/);
    expect(() => formatCsv({ a: [] })).toThrow(/no rows/);
    expect(() => formatCsv({ a: [1, 2], b: [1] })).toThrow(/column 'b' has 1 rows, 'a' 2/);
  });
});
