/** One step that was started speculatively. Times are milliseconds on one clock. */
export interface SpeculationRecord {
  readonly stepId: string;
  readonly stageId: string;
  readonly startedMs: number;
  /** When it ended or was cancelled. */
  readonly endedMs: number;
  /** When its stage might have started at the earliest, or would not start any more. */
  readonly decidedMs: number;
  /** What the gates before its stage came to; `undecided` where the run ended before. */
  readonly gate: "open" | "closed" | "undecided";
}

/** What speculation gained and cost. */
export interface SpeculationCost {
  readonly started: number;
  /** Steps behind gates that opened. */
  readonly used: number;
  /** Steps behind gates that closed or stayed undecided. */
  readonly wasted: number;
  /** Slot milliseconds of used steps that lay before their stage might have started. */
  readonly gainedMs: number;
  /** Slot milliseconds of wasted steps. */
  readonly wastedMs: number;
  /** Wasted of all speculative slot milliseconds, from 0 to 1; undefined where these are 0. */
  readonly wastedShare: number | undefined;
  /** The same by stage, in the order of their first record. */
  readonly byStage: ReadonlyMap<string, { readonly gainedMs: number; readonly wastedMs: number }>;
}

/**
 * Adds up what speculation gained and cost. The gain is work done early, which shortens the run by at most that: slots that
 * would have been idle are what it used, and whether the run ends earlier depends on its critical path.
 *
 * @throws {RangeError} a step ends before it starts, or a time is not finite.
 */
export function speculationCost(records: Iterable<SpeculationRecord>): SpeculationCost {
  const byStage = new Map<string, { gainedMs: number; wastedMs: number }>();
  let used = 0;
  let wasted = 0;
  let gainedMs = 0;
  let wastedMs = 0;
  for (const { stepId, stageId, startedMs, endedMs, decidedMs, gate } of records) {
    if (![startedMs, endedMs, decidedMs].every(Number.isFinite) || endedMs < startedMs) {
      const times = `${startedMs}, ${endedMs} and ${decidedMs}`;
      throw new RangeError(
        `Cannot add up speculation: the times of "${stepId}" must be finite and in order, got ${times}`,
      );
    }
    const stage = byStage.get(stageId) ?? { gainedMs: 0, wastedMs: 0 };
    byStage.set(stageId, stage);
    if (gate === "open") {
      const early = Math.max(0, Math.min(endedMs, decidedMs) - startedMs);
      used++;
      gainedMs += early;
      stage.gainedMs += early;
    } else {
      wasted++;
      wastedMs += endedMs - startedMs;
      stage.wastedMs += endedMs - startedMs;
    }
  }
  const allMs = gainedMs + wastedMs;
  return {
    started: used + wasted,
    used,
    wasted,
    gainedMs,
    wastedMs,
    wastedShare: allMs === 0 ? undefined : wastedMs / allMs,
    byStage,
  };
}
