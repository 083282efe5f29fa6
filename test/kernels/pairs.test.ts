/** Two numbers at once: as each alone, bit for bit, both ways. */
import { expect, test } from 'vitest';
import * as pairs from '../../src/kernels/pairs.js';
import { streamFor } from '../../src/math/random.js';
import { compileTwin } from '../support/compile-twin.js';

const NAMES = Object.keys(pairs).join(', ');

const body = `
  const a = neighbours(from, 0, 0);
  const b = ofPlaces(from, 2, 5, 1);
  const c = twice(from, 4, 3);
  putNeighbours(to, 0, 0, plus(a, b));
  putNeighbours(to, 1, 1, minus(a, b));
  putNeighbours(to, 4, 0, times(b, c));
  putNeighbours(to, 6, 0, over(a, c));
  to[8] = oneOf(over(c, b));
  to[9] = twoOf(over(c, b));
  addNeighbours(to, 8, 2, numberAt(from, 6, 1), oneOf(a));`;

const twin = await compileTwin<{ run(from: number, to: number): void }>(
  `import { F64 } from './arrays'; import { ${NAMES} } from './pairs';
   export function run(from: F64, to: F64): void { ${body} }`,
);
const plain = new Function('pairs', 'from', 'to', `const { ${NAMES} } = pairs; ${body}`);

test('sums, differences, products and quotients', () => {
  const stream = streamFor(1, 'pairs');
  const [from, to] = [8192, 8192 + 128].map((at) => new Float64Array(twin.memory.buffer, at, 16));
  for (let k = 0; k < 200; k++) {
    const x = Float64Array.from({ length: 16 }, () => stream.normal() * 10 ** (stream.below(40) - 20));
    if (k % 10 === 0) x.fill(k % 20 === 0 ? 0 : Number.POSITIVE_INFINITY, 0, 4);
    from.set(x);
    to.fill(0);
    twin.run(8192, 8192 + 128);
    const own = new Float64Array(16);
    plain(pairs, x, own);
    const [a, b, c] = [[x[0], x[1]], [x[3], x[6]], x[7]];
    const expected = [
      ...[a[0] + b[0], a[1] + b[1]],
      ...[a[0] - b[0], a[1] - b[1]],
      ...[b[0] * c, b[1] * c],
      ...[a[0] / c, a[1] / c],
      ...[c / b[0], c / b[1]],
      ...[x[7], x[0]],
      ...[0, 0, 0, 0],
    ];
    expect([...own]).toEqual(expected);
    expect([...to]).toEqual(expected);
  }
});
