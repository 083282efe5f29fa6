/**
 * Random numbers as named streams, never as positions in one sequence: a stream is keyed by (seed, purpose, index),
 * so results do not depend on how work is divided or in which order it runs.
 *
 * The master key comes from seedrandom's Alea generator seeded by the path; streams are sfc32 (Doty-Humphrey,
 * PractRand; 128 bits of state, period ≥ 2³²) keyed by a splitmix32 hash of master key and index, because a forest
 * needs thousands of streams, and sfc32 is cheap to start.
 * Bits and uniforms take integer arithmetic alone, the others logarithms of our own (`log.ts`), so every engine draws the same.
 */
import alea from 'seedrandom/lib/alea.js';
import { InvalidOptionError } from '../base/errors.js';
import { log } from './log.js';

/** A stream of random numbers. Not shared between purposes: ask for another stream instead. */
export class RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  /** Use `streamFor` or `streamFamily`; the three words are the key. */
  constructor(a: number, b: number, c: number) {
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    for (let i = 0; i < 12; i++) this.bits();
  }

  /** Where the stream stands, as four words: kernels go on from there (`kernels/stream.ts`). */
  copyTo(state: Int32Array): void {
    state[0] = this.a;
    state[1] = this.b;
    state[2] = this.c;
    state[3] = this.d;
  }

  /** 32 random bits as a signed integer. */
  bits(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + t) | 0;
    return t;
  }

  /** Uniform on [0, 1) with 53 bits. */
  uniform(): number {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Uniform on 0 … count − 1, without bias (Lemire 2019: multiply, reject the short first stretch). 1 ≤ count < 2³². */
  below(count: number): number {
    let bits = this.bits() >>> 0;
    let low = Math.imul(bits, count) >>> 0;
    if (low < count) {
      const threshold = (4294967296 - count) % count;
      while (low < threshold) {
        bits = this.bits() >>> 0;
        low = Math.imul(bits, count) >>> 0;
      }
    }
    return Math.floor((bits * count) / 4294967296);
  }

  /** Standard normal by the polar method (Marsaglia & Bray 1964). For simulations and multipliers, never for splits. */
  normal(): number {
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * log(square)) / square);
    }
  }
}

/** The stream named by a seed and a path, e.g. `streamFor(seed, 'folds')`. */
export function streamFor(seed: number, ...path: readonly (string | number)[]): RandomStream {
  return streamFamily(seed, ...path)(0);
}

/** Streams that share seed and path and differ by index: `const bag = streamFamily(seed, 'bags'); bag(17)`. */
export function streamFamily(seed: number, ...path: readonly (string | number)[]): (index: number) => RandomStream {
  const master = alea([seed, ...path].join('/'));
  const first = master.int32();
  const second = master.int32();
  const third = master.int32();
  return (index) => {
    const key = mix(index ^ first);
    return new RandomStream(mix(key + second), mix(key ^ third), mix(key + index + 0x9e3779b9));
  };
}

/** Checks a user's seed: a whole number from 0 to 2⁵³ − 1. */
export function requireSeed(option: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidOptionError(option, value, 'a whole number of at least 0 (the same seed gives the same bits)');
  return value;
}

/** Finaliser of splitmix32: every input bit reaches every output bit. */
function mix(word: number): number {
  let z = (word + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}
