/**
 * The unit of time in which speeds are stored and compared between machines and minutes: CPU milliseconds (user + system)
 * that sorting 20 arrays of a million doubles takes. Prints them; runs in a process of its own.
 */
let state = 12345;

/** Uniform on [0, 1) by mulberry32: the same arrays on every machine. */
function uniform(): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

const numbers = Float64Array.from({ length: 1e6 }, uniform);
const before = process.cpuUsage();
for (let k = 0; k < 20; k++) numbers.slice().sort();
const { user, system } = process.cpuUsage(before);
console.log(((user + system) / 1000).toFixed(0));
