import type { AiCache, CacheMode, CacheResult } from "../ai-cache.ts";
import type { AnswerKind } from "../cache-stats.ts";

/** Where the times of calls are added up. */
export interface CallTimes {
  /** Calls that were answered, and how long that took altogether, by how. */
  readonly answered: Record<AnswerKind, number>;
  readonly responseMs: Record<AnswerKind, number>;
}

const KINDS: Readonly<Record<CacheResult["source"], AnswerKind>> = {
  memory: "hit",
  disk: "hit",
  computed: "miss",
  coalesced: "coalesced",
};
const WRITING_MODES: readonly (CacheMode | undefined)[] = ["on", "refresh", undefined];

/**
 * `getOrCompute`, timed. `note` is called after each call once there was one in a mode that writes: a process that only
 * reads leaves no statistics behind either. `timer` gives milliseconds from any start.
 */
export function timeCalls(
  getOrCompute: AiCache["getOrCompute"],
  times: CallTimes,
  timer: () => number,
  note: () => void,
): AiCache["getOrCompute"] {
  let hasWritten = false;
  return async (parts, compute, options) => {
    const startedMs = timer();
    hasWritten ||= WRITING_MODES.includes(options?.mode);
    try {
      const result = await getOrCompute(parts, compute, options);
      const kind = KINDS[result.source];
      times.answered[kind] += 1;
      times.responseMs[kind] += Math.max(0, timer() - startedMs);
      return result;
    } finally {
      if (hasWritten) note();
    }
  };
}
