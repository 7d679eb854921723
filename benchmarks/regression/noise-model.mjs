/**
 * The noise that gates are tried on. A run takes
 *
 *     base · ratio (compare only) · exp(load_t + own_t) · outlier_t
 *
 * - `load_t` is what the machine is busy with: autocorrelated, load_t = φ · load_(t−1) + √(1 − φ²) · `load` · z, over runs in the
 *   order in which they are made, so that it meets both arms.
 * - `own_t` is the run's own scatter: `own` times a value of Student's t distribution with 4 degrees of freedom, scaled to variance
 *   1, which has heavy tails.
 * - `outlier_t` is, in a share `outliers` of the runs, a factor evenly between 1.3 and 2.5, else 1.
 * - `drift` is added over the whole of the pairs (a machine that becomes hot), `second` to the second run of a pair (what the first leaves
 *   behind: caches, heat).
 */
export const PROFILES = {
  quiet: { own: 0.02, load: 0.03, phi: 0.9, outliers: 0.01, drift: 0, second: 0 },
  ci: { own: 0.05, load: 0.12, phi: 0.9, outliers: 0.05, drift: 0, second: 0 },
  "ci, drifting": { own: 0.05, load: 0.12, phi: 0.9, outliers: 0.05, drift: 0.3, second: -0.05 },
  "ci, load from run to run": { own: 0.05, load: 0.12, phi: 0.5, outliers: 0.05, drift: 0, second: 0 },
  busy: { own: 0.08, load: 0.3, phi: 0.9, outliers: 0.08, drift: 0, second: 0 },
};

/**
 * An endless sequence of pairs in the order AB BA BA AB, as `runBenchmark()` measures them.
 * @param {typeof PROFILES["ci"]} profile
 * @param {number} ratio True ratio of compare to baseline.
 * @param {() => number} random
 * @param {number} length Pairs over which `drift` builds up.
 * @param {"abba" | "blocks"} [order] Blocks: `length` runs of the baseline, then as many of the other.
 */
export function* createPairs(profile, ratio, random, length, order = "abba") {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let load = profile.load * normal();
  let run = 0;
  const next = (isCompare, isSecond) => {
    load = profile.phi * load + Math.sqrt(1 - profile.phi ** 2) * profile.load * normal();
    const chi = normal() ** 2 + normal() ** 2 + normal() ** 2 + normal() ** 2;
    // Student's t with 4 degrees of freedom has variance 2.
    const own = (profile.own * normal()) / Math.sqrt(chi / 4) / Math.SQRT2;
    const outlier = random() < profile.outliers ? 1.3 + 1.2 * random() : 1;
    const drift = (profile.drift * run) / (2 * length) + (isSecond ? profile.second : 0);
    run += 1;
    return { cpuMs: 1_000 * (isCompare ? ratio : 1) * Math.exp(load + own + drift) * outlier };
  };
  if (order === "blocks") {
    const baseline = Array.from({ length }, () => next(false, false));
    for (const one of baseline) yield { baseline: one, compare: next(true, false) };
    return;
  }
  for (let pair = 0; ; pair += 1) {
    if (pair % 4 === 0 || pair % 4 === 3) {
      const baseline = next(false, false);
      yield { baseline, compare: next(true, true) };
    } else {
      const compare = next(true, false);
      yield { baseline: next(false, true), compare };
    }
  }
}
