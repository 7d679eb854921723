/** When processes are looked at. */
export interface LookPace {
  /** The usual time between looks, in milliseconds. */
  readonly usualMs: number;
  /** Largest share of the time that looks may take. */
  readonly maxShare: number;
}

/** When a measurement has begun, and there are no looks but for it. */
export const FIRST_PACE: LookPace = { usualMs: 0, maxShare: 0.04 };
/** While a measurement is young: most of what a short step does is over soon. */
export const EARLY_PACE: LookPace = { usualMs: 250, maxShare: 0.04 };
/** Later. On a machine with very many processes there are fewer looks. */
export const LATER_PACE: LookPace = { usualMs: 1_000, maxShare: 0.01 };
/** `ps` is a process of its own, and dear. */
export const PS_PACE: LookPace = { usualMs: 2_000, maxShare: 0.01 };

/** So many looks tell what one costs. */
export const RECENT_LOOKS = 3;

/**
 * Milliseconds from the start of one look to the next. What a look costs is the least that the last ones took: one that was slow because
 * the machine was busy, or because it was the first one, does not slow down those that follow.
 *
 * @param recentMs - how long the last looks took, newest last
 */
export function lookInterval({ usualMs, maxShare }: LookPace, recentMs: readonly number[]): number {
  const costMs = recentMs.length === 0 ? 0 : Math.min(...recentMs.slice(-RECENT_LOOKS));
  return Math.max(usualMs, costMs / maxShare);
}
