import {
  ALERT_STATE_VERSION,
  evaluateAlerts,
  type AlertEvaluation,
  type AlertMemory,
  type AlertRule,
  type AlertState,
  type DegradationTest,
  type Measurement,
} from "@ai-workflow/alerts";
import type { HistoryEntry } from "@ai-workflow/profiler";
import {
  chooseDegradationRule,
  findDegradation,
  groupSeries,
  parseHistory,
  type HistorySeries,
} from "@ai-workflow/regression";
import type { AlertSettings } from "../config/workflow.ts";
import { findRun, type AlertHistory } from "./alert-history.ts";

type RuleSettings = AlertSettings["rules"][number];
type SlowRunSettings = Extract<RuleSettings, { kind: "slow-run" }>;

/** Runs that the last ones are compared with. */
const PREVIOUS_RUNS = 30;

/** Runs that a series needs before it is judged, with the default window. */
const JUDGED_RUNS = PREVIOUS_RUNS + 5;

/** Outcomes of steps that ran to an end of their own. */
const RAN: ReadonlySet<string> = new Set(["passed", "failed", "timed-out", "inconclusive"]);

/**
 * Decides what of a run somebody should hear, by rules that look at its durations and at earlier runs. Pure.
 *
 * Only like is compared with like. What did not pass, and a run that ran fewer steps than the one that was slow, may be slow but is
 * never good; a degradation ends only in the series of runs in which it began.
 */
export function evaluateRun(history: AlertHistory, rules: readonly RuleSettings[], state: AlertState): AlertEvaluation {
  const { entry } = history;
  const series = groupSeries(parseHistory(history.lines).runs);
  const own = series.filter(({ runs }) => runs.at(-1)?.run === entry.run_id);
  const inOwnSeries: readonly Measurement[] = own.map(({ step, seconds }) => ({
    ...(step === undefined ? {} : { step }),
    durationMs: (seconds.at(-1) ?? 0) * 1000,
    earlierMs: seconds.slice(0, -1).map((value) => value * 1000),
  }));
  const endMs = Date.parse(entry.end_time);
  const facts = { runId: entry.run_id, atMs: Number.isFinite(endMs) ? endMs : 0 };
  // One by one, because what can be said of a duration depends on the rule.
  const parts = rules.map((rule) => {
    const known = Object.values(state.alerts).filter((memory) => memory.rule === (rule.id ?? rule.kind));
    const measurements = rule.kind === "slow-run" ? measureAgainst(rule, history, known) : inOwnSeries;
    const complete: AlertRule = rule.kind === "slow-run" ? rule : { ...rule, test: createTest({ series, own, known }) };
    return evaluateAlerts({ ...facts, measurements }, [complete], state);
  });
  const alerts = Object.assign(Object.create(null), ...parts.map(({ nextState }) => nextState.alerts)) as Record<
    string,
    AlertMemory
  >;
  return {
    fire: parts.flatMap(({ fire }) => fire),
    resolved: parts.flatMap(({ resolved }) => resolved),
    suppressed: parts.flatMap(({ suppressed }) => suppressed),
    nextState: { schema: "ai-workflow/alert-state", version: ALERT_STATE_VERSION, alerts },
  };
}

/** Durations that are too long for the rule, and those of which it can be said that they are not. */
function measureAgainst(
  { thresholdMs }: SlowRunSettings,
  { entry, lines }: AlertHistory,
  known: readonly AlertMemory[],
): readonly Measurement[] {
  const measured = new Map<string | undefined, Measurement>();
  const totalMs = entry.total_duration * 1000;
  const since = known.find(({ step }) => step === undefined)?.sinceRun;
  const isWhole = entry.status === "passed" || entry.status === "partial";
  if (totalMs > thresholdMs || (isWhole && ranAsMuch(entry, since === undefined ? undefined : findRun(lines, since)))) {
    measured.set(undefined, { durationMs: totalMs });
  }
  for (const { id, outcome, seconds } of entry.steps) {
    const durationMs = seconds * 1000;
    if (outcome === "passed" || (RAN.has(outcome) && durationMs > thresholdMs)) {
      measured.set(id, { step: id, durationMs });
    }
  }
  return [...measured.values()];
}

/** Whether every step that ran in the other run ran in this one; without another run, whether every step ran. */
function ranAsMuch(entry: HistoryEntry, other: HistoryEntry | undefined): boolean {
  const ran = new Set(entry.steps.filter(({ outcome }) => RAN.has(outcome)).map(({ id }) => id));
  if (other === undefined) return ran.size === entry.steps.length;
  return other.steps.every(({ id, outcome }) => !RAN.has(outcome) || ran.has(id));
}

function createTest({
  series,
  own,
  known,
}: {
  readonly series: readonly HistorySeries[];
  readonly own: readonly HistorySeries[];
  readonly known: readonly AlertMemory[];
}): DegradationTest {
  const rule = chooseDegradationRule(own.filter(({ seconds }) => seconds.length >= JUDGED_RUNS).length);
  return ({ step, durationsMs, windowCount, thresholdShare }) => {
    const found = findDegradation(durationsMs, {
      recent: windowCount,
      previous: PREVIOUS_RUNS,
      rule: { ...rule, minChangePercent: Math.max(rule.minChangePercent, thresholdShare * 100) },
    });
    if (found.status === "learning") return { status: "unknown" };
    const here = own.find((one) => one.step === step);
    const levels = { beforeMs: found.before, afterMs: found.after };
    if (found.status === "degraded") {
      const first = startOfSlowRuns(durationsMs, Math.sqrt(found.before * found.after));
      const commit = here?.runs[first]?.commit;
      // Where the run before saw the same commit, that is not what made it slower.
      const sinceCommit = commit === here?.runs[first - 1]?.commit ? undefined : commit;
      return { status: "degraded", ...levels, sinceCommit };
    }
    const since = known.find((memory) => memory.step === step && memory.phase !== "over")?.sinceRun;
    const where = series.find((one) => one.step === step && one.runs.some(({ run }) => run === since));
    // That another kind of run is as fast as ever says nothing about the kind that became slower.
    if (since !== undefined && where !== undefined && where !== here) return { status: "unknown" };
    return { status: "steady", ...levels };
  };
}

/** Where the runs begin that were slower than a level, without one between that was not, up to the last one. */
function startOfSlowRuns(durationsMs: readonly number[], levelMs: number): number {
  return durationsMs.findLastIndex((durationMs) => durationMs <= levelMs) + 1;
}
