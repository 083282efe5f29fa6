/**
 * A fresh copy of a kernel factory.
 *
 * The engine's inner loops are functions made by factories, with their arrays captured as constants. V8 then knows each
 * array's address and length and drops most checks from the loop, but only for a function it has seen made once: a second
 * closure of the same source trains 1.7 times as long (`npm run bench:speed -- --only kernels`). So every set of kernels is made
 * from source of its own. Where code may not be made from text (a page's content security policy), the factory itself
 * serves: the same bits, slower.
 *
 * A factory must be self-contained: what it uses comes in through its arguments, never from its module.
 */
export function instantiate<Arguments extends readonly unknown[], Kernel>(
  factory: (...given: Arguments) => Kernel,
): (...given: Arguments) => Kernel {
  try {
    // Some loaders wrap inner functions in `__name(fn, 'name')`; the copy gets one that does nothing.
    return new Function('__name', `return (${factory.toString()})`)((wrapped: unknown) => wrapped);
  } catch {
    return factory;
  }
}
