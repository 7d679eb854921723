import type { Alert, AlertEvidence } from "./alert.ts";
import type { AlertRule, AlertScope } from "./rules/alert-rule.ts";
import { checkRules, type CompleteRule } from "./rules/check-rules.ts";
import { ALERT_STATE_VERSION, type AlertMemory, type AlertState } from "./state/alert-state.ts";

/** How long one step, or the whole run, took. */
export interface Measurement {
  /** The step; absent for the whole run. */
  readonly step?: string | undefined;
  readonly durationMs: number;
  /**
   * Durations of comparable earlier runs, oldest first, without this one: the same step with the same kind of change, cache
   * state and machine. Only degradation rules look at them.
   * @defaultValue none
   */
  readonly earlierMs?: readonly number[] | undefined;
}

/** What one run measured. A step that did not run, or was replayed, is left out: nothing is concluded about it. */
export interface AlertFacts {
  readonly runId: string;
  /** When the run ended, in milliseconds since 1970. */
  readonly atMs: number;
  readonly measurements: readonly Measurement[];
}

/** A condition that is true and that nobody is told of now. */
export interface SuppressedAlert {
  readonly alert: Alert;
  /** `already-open` was told before and is still so; `cooling-down` was told of too recently. */
  readonly reason: "already-open" | "cooling-down";
  /** When the cool-down ends, in milliseconds since 1970; absent with `already-open`. */
  readonly untilMs?: number | undefined;
}

/** What to tell, what not, and what to remember; each list in the order of the keys. */
export interface AlertEvaluation {
  /** To be told now. */
  readonly fire: readonly Alert[];
  /** To be told that they are over; each was told of before. */
  readonly resolved: readonly Alert[];
  readonly suppressed: readonly SuppressedAlert[];
  readonly nextState: AlertState;
}

/** Ninety days: an alert about a step that was not measured for so long is forgotten without a notice. */
export const FORGET_AFTER_MS = 7_776_000_000;

const keyOf = (rule: string, step: string | undefined): string =>
  JSON.stringify(step === undefined ? [rule] : [rule, step]);

function isInScope(scope: AlertScope, step: string | undefined): boolean {
  if (typeof scope === "object") return step !== undefined && scope.steps.includes(step);
  return scope === "run-and-steps" || (scope === "run") === (step === undefined);
}

/** What the rule says of the measurement; `undefined` when it cannot say. */
function judge(rule: CompleteRule, measured: Measurement): { bad: boolean; evidence: AlertEvidence } | undefined {
  const { step, durationMs, earlierMs = [] } = measured;
  if (rule.kind === "slow-run") {
    const { thresholdMs } = rule;
    return { bad: durationMs > thresholdMs, evidence: { kind: "slow-run", durationMs, thresholdMs } };
  }
  const { windowCount, thresholdShare } = rule;
  const verdict = rule.test({
    ...(step === undefined ? {} : { step }),
    durationsMs: [...earlierMs, durationMs],
    windowCount,
    thresholdShare,
  });
  if (verdict.status === "unknown") return undefined;
  const { beforeMs, afterMs, sinceCommit } = verdict;
  const evidence: AlertEvidence = {
    kind: "degradation",
    beforeMs,
    afterMs,
    windowCount,
    thresholdShare,
    ...(sinceCommit === undefined ? {} : { sinceCommit }),
  };
  return { bad: verdict.status === "degraded", evidence };
}

function checkFacts({ runId, atMs, measurements }: AlertFacts): void {
  if (runId === "") throw new RangeError("Cannot evaluate alerts: `runId` must not be empty");
  if (!(Math.abs(atMs) <= 8.64e15))
    throw new RangeError(`Cannot evaluate alerts: \`atMs\` must be a time, got ${atMs}`);
  const seen = new Set<string | undefined>();
  for (const { step, durationMs } of measurements) {
    if (!(durationMs >= 0 && durationMs < Infinity))
      throw new RangeError(`Cannot evaluate alerts: \`durationMs\` must be a number of at least 0, got ${durationMs}`);
    if (seen.has(step))
      throw new RangeError(
        `Cannot evaluate alerts: one measurement for each step, got two for ${JSON.stringify(step ?? "the run")}`,
      );
    seen.add(step);
  }
}

/** Times that lie ahead are from a clock that was wrong: they count as now, or a cool-down might never end. */
function withoutFuture(memory: AlertMemory, atMs: number): AlertMemory {
  const { toldMs } = memory;
  return {
    ...memory,
    sinceMs: Math.min(memory.sinceMs, atMs),
    lastMs: Math.min(memory.lastMs, atMs),
    ...(toldMs === undefined ? {} : { toldMs: Math.min(toldMs, atMs) }),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

type Notice =
  | { readonly type: "fire" | "resolve" | "none" }
  | { readonly type: "suppress"; readonly reason: SuppressedAlert["reason"]; readonly untilMs?: number };

/** The one transition of an alert: from what is remembered, and whether the condition is true now, to what is told. */
function step(
  memory: AlertMemory | undefined,
  input: { readonly rule: CompleteRule; readonly bad: boolean; readonly runId: string; readonly atMs: number },
): {
  readonly next: Pick<AlertMemory, "phase" | "sinceMs" | "sinceRun" | "toldMs" | "goodCount">;
  readonly notice: Notice;
} {
  const { rule, bad, runId, atMs } = input;
  const isActive = memory !== undefined && memory.phase !== "over";
  const since = isActive ? { sinceMs: memory.sinceMs, sinceRun: memory.sinceRun } : { sinceMs: atMs, sinceRun: runId };
  const toldMs = memory?.toldMs;
  const told = toldMs === undefined ? {} : { toldMs };
  if (bad) {
    if (memory?.phase === "open")
      return {
        next: { phase: "open", ...since, ...told, goodCount: 0 },
        notice: { type: "suppress", reason: "already-open" },
      };
    const untilMs = (toldMs ?? -Infinity) + rule.cooldownMs;
    if (atMs < untilMs)
      return {
        next: { phase: "pending", ...since, ...told, goodCount: 0 },
        notice: { type: "suppress", reason: "cooling-down", untilMs },
      };
    return { next: { phase: "open", ...since, toldMs: atMs, goodCount: 0 }, notice: { type: "fire" } };
  }
  if (!isActive)
    return {
      next: {
        phase: "over",
        sinceMs: memory?.sinceMs ?? atMs,
        sinceRun: memory?.sinceRun ?? runId,
        ...told,
        goodCount: 0,
      },
      notice: { type: "none" },
    };
  const goodCount = memory.goodCount + (memory.lastRun === runId ? 0 : 1);
  const isOver = goodCount >= rule.resolveAfterCount;
  return {
    next: { phase: isOver ? "over" : memory.phase, ...since, ...told, goodCount: isOver ? 0 : goodCount },
    notice: { type: isOver && memory.phase === "open" ? "resolve" : "none" },
  };
}

/**
 * Decides what of a run somebody should hear: of a condition that has become true, once; that it is over, once, if it was
 * told; and of the same thing again only after the rule's cool-down. A condition that became true again within the cool-down
 * and still is when that ends is told then. What was not measured, or cannot be judged, stays as it was.
 *
 * Pure: the same facts, rules and state give the same result, in whatever order measurements and rules come. Memories of
 * rules that are gone, and of steps not measured for {@link FORGET_AFTER_MS}, are dropped.
 *
 * @throws RangeError for impossible numbers, two measurements of one step, or two rules with one id.
 */
export function evaluateAlerts(facts: AlertFacts, rules: readonly AlertRule[], state: AlertState): AlertEvaluation {
  checkFacts(facts);
  const { runId, atMs } = facts;
  const completed = checkRules(rules);
  const ruleById = new Map(completed.map((rule) => [rule.id, rule]));
  const memories = new Map<string, AlertMemory>();
  for (const [key, memory] of Object.entries(state.alerts)) {
    const rule = ruleById.get(memory.rule);
    if (rule === undefined || !isInScope(rule.scope, memory.step)) continue;
    const present = withoutFuture(memory, atMs);
    if (atMs - present.lastMs < FORGET_AFTER_MS) memories.set(key, present);
  }
  const fire: Alert[] = [];
  const resolved: Alert[] = [];
  const suppressed: SuppressedAlert[] = [];
  for (const rule of completed) {
    for (const measured of facts.measurements) {
      if (!isInScope(rule.scope, measured.step)) continue;
      const judgement = judge(rule, measured);
      if (judgement === undefined) continue;
      const key = keyOf(rule.id, measured.step);
      const subject = { rule: rule.id, ...(measured.step === undefined ? {} : { step: measured.step }) };
      const { next, notice } = step(memories.get(key), { rule, bad: judgement.bad, runId, atMs });
      const isForgettable =
        next.phase === "over" && (next.toldMs === undefined || atMs - next.toldMs >= rule.cooldownMs);
      if (isForgettable) memories.delete(key);
      else memories.set(key, { ...subject, ...next, lastRun: runId, lastMs: atMs });
      if (notice.type === "none") continue;
      const alert: Alert = {
        key,
        ...subject,
        kind: rule.kind,
        status: notice.type === "resolve" ? "resolved" : "firing",
        sinceMs: next.sinceMs,
        sinceRun: next.sinceRun,
        evidence: judgement.evidence,
      };
      if (notice.type === "suppress") {
        const { reason, untilMs } = notice;
        suppressed.push({ alert, reason, ...(untilMs === undefined ? {} : { untilMs }) });
      } else (notice.type === "fire" ? fire : resolved).push(alert);
    }
  }
  const alerts = Object.create(null) as Record<string, AlertMemory>;
  for (const [key, memory] of [...memories].sort(([a], [b]) => compare(a, b))) alerts[key] = memory;
  return {
    fire: fire.sort((a, b) => compare(a.key, b.key)),
    resolved: resolved.sort((a, b) => compare(a.key, b.key)),
    suppressed: suppressed.sort((a, b) => compare(a.alert.key, b.alert.key)),
    nextState: { schema: "ai-workflow/alert-state", version: ALERT_STATE_VERSION, alerts },
  };
}
