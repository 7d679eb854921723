/** What a run would take with so many steps at a time. */
export interface PlannedSlots {
  readonly maxParallel: number;
  /** Planned time from the first start to the last end, in milliseconds. */
  readonly makespanMs: number;
}

/** A plan that is less than this share shorter is as long: what steps take scatters more than that. */
const TELLING_SHARE = 0.02;

/**
 * Compares a plan with those of one step at a time, and of more and more at a time until that brings nothing. In ascending order of slots,
 * the plan itself among them. Pure, if `makespanWith` is.
 */
export function compareSlots(
  plan: { readonly maxParallel: number; readonly plannedMakespanMs: number },
  makespanWith: (maxParallel: number) => number,
): readonly PlannedSlots[] {
  const { maxParallel, plannedMakespanMs: makespanMs } = plan;
  const slots: PlannedSlots[] = [
    ...(maxParallel > 1 ? [{ maxParallel: 1, makespanMs: makespanWith(1) }] : []),
    { maxParallel, makespanMs },
  ];
  for (let more = maxParallel * 2; ; more *= 2) {
    const before = slots.at(-1)?.makespanMs ?? 0;
    const next = makespanWith(more);
    if (next >= before * (1 - TELLING_SHARE)) return slots;
    slots.push({ maxParallel: more, makespanMs: next });
  }
}
