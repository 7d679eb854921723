/**
 * A reproducible source of whole numbers below a bound, for sampling only.
 *
 * Source: mulberry32 by T. Ettinger (public domain); the bound by multiplication after D. Lemire, "Fast random integer generation in an
 * interval", ACM TOMACS 29 (2019), without its correction: the bias is below 2⁻³² times the bound.
 */
export function createRandom(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * bound);
  };
}

/**
 * Puts `wanted` of the numbers from 0 up to but not including `total` into `chosen`, in ascending order; every subset is equally likely.
 *
 * Source: D. E. Knuth, "The Art of Computer Programming" 2, 3.4.2, algorithm S.
 */
export function sampleSorted(
  random: (bound: number) => number,
  total: number,
  wanted: number,
  chosen: Int32Array,
): void {
  let taken = 0;
  for (let number = 0; taken < wanted; number += 1) {
    if (random(total - number) < wanted - taken) {
      chosen[taken] = number;
      taken += 1;
    }
  }
}
