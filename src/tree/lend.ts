/**
 * Lends things with machines, which take time and memory to make: those given back are kept and lent again, a few of them;
 * large ones are let go, their memory matters more.
 */
export interface Lender<Capacity, Thing> {
  /** Something with room enough, new or used. Whoever borrows it gives it back, also when work fails. */
  borrow(needed: Capacity): Thing;
  giveBack(thing: Thing): void;
}

const MOST_KEPT = 2;
const LARGEST_KEPT = 2 ** 26;
/** Whether a thing of about so many bytes is kept. */
export const isKept = (bytes: number): boolean => bytes <= LARGEST_KEPT;
/** Bytes that no one minds. */
const SMALL = 2 ** 24;

/** @param bytesOf roughly what a capacity takes */
export function makeLender<
  Capacity extends { readonly [K in keyof Capacity]: number },
  Thing extends { readonly capacity: Capacity; readonly machine: { release(): void } },
>(make: (capacity: Capacity) => Thing, bytesOf: (capacity: Capacity) => number): Lender<Capacity, Thing> {
  const kept: Thing[] = [];
  /** Large enough, and not so large that it wastes memory. */
  const fits = (needed: Capacity, offered: Capacity): boolean =>
    (Object.keys(needed) as (keyof Capacity)[]).every((key) => needed[key] <= offered[key]) &&
    bytesOf(offered) <= Math.max(4 * bytesOf(needed), SMALL);
  return {
    borrow(needed) {
      const at = kept.findIndex(({ capacity }) => fits(needed, capacity));
      return at >= 0 ? (kept.splice(at, 1)[0] as Thing) : make(needed);
    },
    giveBack(thing) {
      if (isKept(bytesOf(thing.capacity))) kept.push(thing);
      else thing.machine.release();
      if (kept.length > MOST_KEPT) kept.shift()?.machine.release();
    },
  };
}
