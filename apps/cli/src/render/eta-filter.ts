import type { RunEvent } from "@ai-workflow/engine";

/** Who waits for less does not need to be told how long, in milliseconds. */
const TOLD_FROM_MS = 10_000;

/** A line is worth it when the time that was left when the last one was printed has changed by this share. */
const CHANGED_SHARE = 0.25;

type Eta = Extract<RunEvent, { readonly type: "eta" }>;

/**
 * Says which estimates are worth a line in a log: the first of at least ten seconds, then each time a quarter of what was left has passed, the
 * expected end has moved by as much, or another step is overdue.
 */
export function createEtaFilter(): (eta: Eta) => boolean {
  let last: Eta | undefined;
  const overdue = new Set<string>();
  return (eta) => {
    const isLate = eta.overdue.some((id) => !overdue.has(id));
    for (const id of eta.overdue) overdue.add(id);
    const isTold = isLate || (eta.expectedMs >= TOLD_FROM_MS && (last === undefined || hasChanged(last, eta)));
    if (isTold) last = eta;
    return isTold;
  };
}

function hasChanged(last: Eta, { atMs, expectedMs }: Eta): boolean {
  const share = last.expectedMs * CHANGED_SHARE;
  return atMs - last.atMs >= share || Math.abs(atMs + expectedMs - (last.atMs + last.expectedMs)) >= share;
}
