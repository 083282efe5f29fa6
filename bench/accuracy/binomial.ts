/** Exact binomial bands: how many hits a right interval or test can have by chance. */

/** Counts of n that a probability gives with all but `outside` of chance, at most half of it on either side. */
export interface BinomialBand {
  readonly lowest: number;
  readonly highest: number;
}

/** Sums exact probabilities; for n up to about 10,000 (0.95ⁿ must not vanish). */
export function binomialBand(n: number, probability: number, outside: number): BinomialBand {
  // The rarer of hit and miss is counted, so that the first term, (1 − p)ⁿ, is a number.
  if (probability > 0.5) {
    const { lowest, highest } = binomialBand(n, 1 - probability, outside);
    return { lowest: n - highest, highest: n - lowest };
  }
  let term = (1 - probability) ** n;
  let below = 0;
  let lowest = 0;
  let highest = n;
  for (let count = 0, found = false; count <= n; count++) {
    if (!found && below + term > outside / 2) {
      lowest = count;
      found = true;
    }
    below += term;
    if (1 - below <= outside / 2) {
      highest = count;
      break;
    }
    term *= ((n - count) / (count + 1)) * (probability / (1 - probability));
  }
  return { lowest, highest };
}
