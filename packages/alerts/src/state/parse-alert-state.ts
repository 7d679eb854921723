import { ALERT_STATE_VERSION, type AlertMemory, type AlertState } from "./alert-state.ts";

/** A state, or why a text is none. */
export type ParsedAlertState =
  | { readonly ok: true; readonly state: AlertState }
  | { readonly ok: false; readonly problem: "corrupt" | "newer-version" };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isTime = (value: unknown): value is number => typeof value === "number" && Math.abs(value) <= 8.64e15;

function isMemory(value: unknown): value is AlertMemory {
  if (!isRecord(value)) return false;
  const { rule, step, phase, sinceMs, sinceRun, toldMs, goodCount, lastRun, lastMs } = value;
  return (
    typeof rule === "string" &&
    (step === undefined || typeof step === "string") &&
    (phase === "pending" || phase === "open" || phase === "over") &&
    isTime(sinceMs) &&
    typeof sinceRun === "string" &&
    (toldMs === undefined || isTime(toldMs)) &&
    Number.isInteger(goodCount) &&
    typeof lastRun === "string" &&
    isTime(lastMs)
  );
}

/** Reads what `JSON.stringify` made of an {@link AlertState}. Never throws. */
export function parseAlertState(text: string): ParsedAlertState {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: "corrupt" };
  }
  if (!isRecord(value) || value["schema"] !== "ai-workflow/alert-state") return { ok: false, problem: "corrupt" };
  const { version, alerts } = value;
  if (typeof version === "number" && version > ALERT_STATE_VERSION) return { ok: false, problem: "newer-version" };
  if (version !== ALERT_STATE_VERSION || !isRecord(alerts)) return { ok: false, problem: "corrupt" };
  // Without a prototype, so that a key such as `__proto__` is a key like any other.
  const kept = Object.create(null) as Record<string, AlertMemory>;
  for (const [key, memory] of Object.entries(alerts)) {
    if (!isMemory(memory)) return { ok: false, problem: "corrupt" };
    kept[key] = memory;
  }
  return { ok: true, state: { schema: "ai-workflow/alert-state", version: ALERT_STATE_VERSION, alerts: kept } };
}
