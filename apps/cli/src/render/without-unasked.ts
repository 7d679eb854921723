/** Steps that were not asked for are told one by one up to so many; of more only their number is of interest. */
const LISTED_UNASKED = 5;

/** Leaves out the steps that were not asked for where they are many, with a note of how many they are. Pure. */
export function withoutUnasked<T>(
  steps: readonly T[],
  decisionOf: (step: T) => { readonly reason: string },
): { readonly shown: readonly T[]; readonly note: string | undefined } {
  const shown = steps.filter((step) => decisionOf(step).reason !== "not-requested");
  const unasked = steps.length - shown.length;
  if (unasked <= LISTED_UNASKED) return { shown: steps, note: undefined };
  return { shown, note: `and ${unasked} steps that were not asked for` };
}
